/**
 * Free ports: each is given out once.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from './free-port.ts'

const MANY = 300
const PROGRAM = `
  const { freePort } = await import(process.argv[1])
  for (let count = 0; count < ${MANY}; count += 1) console.log(await freePort())
`

test('a port is given out once, also to two processes before anything listens on it', async () => {
  const own = await Promise.all(Array.from({ length: MANY }, freePort))
  const args = ['--input-type=module', '-e', PROGRAM, join(import.meta.dirname, 'free-port.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const all = [...own, ...stdout.trimEnd().split('\n').map(Number)]
  expect(new Set(all).size).toBe(2 * MANY)
})

test('a port with a listener is not given out', async () => {
  const taken = 20_000 + Math.floor(MANY * Math.random())
  const server = createServer().listen(taken)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce((taken - 20_000 + 0.5) / 12_000)
  onTestFinished(() => random.mockRestore())
  expect(await freePort()).not.toBe(taken)
  expect(random.mock.calls.length).toBeGreaterThan(1)
})
