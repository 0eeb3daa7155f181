/**
 * The backends of a host run: which are there, how each is started, when it is restarted.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { describeRealBackends } from './backends.ts'

let folder: string

/** A machine that has built nothing, and on PATH what the test puts there. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backends-'))
  vi.stubEnv('PATH', folder)
  vi.stubEnv('XDG_CACHE_HOME', folder)
  vi.stubEnv('HOME', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function install(name: string, version: string): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\necho "${name}, version ${version}"\n`)
  await chmod(path, 0o755)
}

function describe() {
  const services = [{ name: 'orders', metrics: 'http://127.0.0.1:9465/metrics' }]
  return describeRealBackends({ home: folder, ports: {}, services, alertReceiver: 'http://127.0.0.1:8084/alerts' })
}

test('says which backends are missing and what builds them', async () => {
  const { backends, notes } = await describe()
  expect(backends).toEqual([])
  expect(notes).toEqual([
    'Missing: prometheus, alertmanager, loki, jaeger. `pnpm tools prometheus alertmanager loki jaeger` builds them; the next `pnpm demo up` starts them.',
  ])
})

test('describes what is there, says where it is from, and starts it after the console', async () => {
  await install('prometheus', '3.99.0')
  await install('loki', '2.9.0')
  const { backends, notes } = await describe()
  expect(notes[0]).toBe('Real backends: prometheus 3.99.0 (on PATH).')
  // Another major version of Loki is none.
  expect(notes[1]).toContain('Missing: alertmanager, loki, jaeger.')
  expect(backends).toMatchObject([
    { name: 'prometheus', kind: 'backend', needs: ['console'], url: 'http://127.0.0.1:9090', hasPage: true },
  ])
})

test('another version, as another configuration, is a reason to restart a backend', async () => {
  const stamps: (string | undefined)[] = []
  for (const version of ['3.99.0', '3.99.1', '3.99.1']) {
    await install('prometheus', version)
    stamps.push((await describe()).backends[0]?.stamp)
  }
  expect(new Set(stamps).size).toBe(2)
})
