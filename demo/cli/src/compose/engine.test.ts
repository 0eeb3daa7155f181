/**
 * The question whether a Docker engine answers, on machines where it does not: the real `docker`, pointed elsewhere.
 */

import { once } from 'node:events'
import { createServer } from 'node:net'
import { execa } from 'execa'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { whyNoEngine } from './engine.ts'

const { signal } = new AbortController()
const hasDocker = (await execa('docker', ['--version'], { reject: false })).exitCode === 0

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a machine without Docker is reported at once', async () => {
  vi.stubEnv('PATH', '/nowhere')
  expect(await whyNoEngine(signal)).toBe('Docker is not installed')
})

describe('with the command `docker`', () => {
  test('an engine that does not run', async ({ skip }) => {
    if (!hasDocker) return skip('there is no `docker` on this machine')
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1')
    expect(await whyNoEngine(signal)).toMatch(/^no Docker engine answers \(.*127\.0\.0\.1:1/)
  })

  test('an engine that hangs', async ({ skip }) => {
    if (!hasDocker) return skip('there is no `docker` on this machine')
    const silent = createServer((socket) => socket.unref()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
    expect(await whyNoEngine(signal)).toBe('the Docker engine did not answer within 3 s')
    silent.close()
  })
})
