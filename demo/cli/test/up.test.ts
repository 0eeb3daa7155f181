/**
 * `up` and `down` on real processes: what goes well, and every way in which it may not.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { freePort } from '@lab/test-kit/free-port'
import { afterEach, expect, test, vi } from 'vitest'
import { readProcess } from '../src/machine/process-table.ts'
import { createDemo, type Demo } from './demo.ts'

let demo: Demo

/** Each test runs many processes one after another; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 90_000 })

afterEach(() => demo.end())

async function answers({ services }: Demo) {
  return Promise.all(
    services.map(({ port }) =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    ),
  )
}

async function lives(pid: number) {
  return (await readProcess(pid)) !== undefined
}

test('up waits until all is healthy and prints the links; a second one leaves the processes alone', async () => {
  demo = await createDemo([
    { name: 'gateway', needs: ['orders'] },
    { name: 'orders', trait: 'slow' },
  ])
  const first = await demo.run('up')
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain('The shop is up')
  for (const { port } of demo.services) expect(first.stdout).toContain(`http://127.0.0.1:${port}`)
  expect(first.stdout).toContain('Nothing here is real.')
  expect(await answers(demo)).toEqual([true, true])
  const pids = await demo.pids()

  const second = await demo.run('up')
  expect(second.code).toBe(0)
  expect(second.stdout).toContain('The shop is already up')
  expect(await demo.pids()).toEqual(pids)

  expect(await demo.run('down')).toMatchObject({ code: 0 })
  expect(await answers(demo)).toEqual([false, false])
  expect(await Promise.all(pids.map(lives))).toEqual([false, false])
})

test('two ups at once start everything once', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders', trait: 'slow' }])
  const results = await Promise.all([demo.run('up'), demo.run('up')])
  expect(results.map(({ code }) => code)).toEqual([0, 0])
  const reports = results.map(({ stdout }) => stdout.includes('already up'))
  expect(reports.toSorted()).toEqual([false, true])
  expect(await demo.pids()).toHaveLength(2)
})

test('up starts again what has died, and only that', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  await demo.run('up')
  await demo.killKeeper()
  const [gateway, orders] = [await demo.pidOf('gateway'), await demo.pidOf('orders')]
  process.kill(orders, 'SIGKILL')
  await expect.poll(() => lives(orders), { timeout: 15_000 }).toBe(false)
  expect(await demo.run('up')).toMatchObject({ code: 0 })
  expect(await answers(demo)).toEqual([true, true])
  expect(await lives(gateway)).toBe(true)
})

test('a service that crashes at the start fails up in its own words and leaves nothing', async () => {
  demo = await createDemo([
    { name: 'gateway', needs: ['orders'] },
    { name: 'orders' },
    { name: 'payments', trait: 'crashes' },
  ])
  const { code, stderr } = await demo.run('up')
  expect(code).toBe(1)
  expect(stderr).toContain('payments did not start: it exited with code 3.')
  expect(stderr).toContain('Error: the configuration is wrong')
  expect(stderr).toContain(join(demo.home, 'logs/payments.log'))
  expect(stderr).toContain('`pnpm demo down --reset payments` deletes that, and nothing else.')
  expect(await answers(demo)).toEqual([false, false, false])
  expect(await demo.pids()).toEqual([])
})

test('a service that never becomes ready fails up with the answer of its health check', async () => {
  // Long enough for the service to be there and say so.
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders', trait: 'never-ready', readyWithin: 10_000 }])
  const { code, stderr } = await demo.run('up')
  expect(code).toBe(1)
  expect(stderr).toContain('orders did not start: it was not ready within 10 s')
  expect(stderr).toContain('/readyz answers 503: {"checks":{"warm":"not yet"}}')
  expect(await answers(demo)).toEqual([false, false])
})

test('what has to run first is awaited; where it fails, up fails with its words', async () => {
  const wait = 'setTimeout(() => console.log("tables are there"), 500)'
  const fail = 'console.log("no such table"); process.exit(4)'
  demo = await createDemo([{ name: 'orders', prepare: wait }])
  expect(await demo.run('up')).toMatchObject({ code: 0 })
  const { stdout } = await demo.run('logs')
  expect(stdout).toMatch(/tables are there.*orders starts/s)
  await demo.end()

  demo = await createDemo([{ name: 'orders', prepare: fail }])
  const { code, stderr } = await demo.run('up')
  expect(code).toBe(1)
  expect(stderr).toContain('orders did not start: it exited with code 4 while running')
  expect(stderr).toContain('no such table')
  expect(await answers(demo)).toEqual([false])
})

test('Ctrl-C during up stops what it had started', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders', trait: 'never-ready' }])
  const up = demo.begin('up')
  await expect.poll(() => answers(demo), { timeout: 15_000 }).toEqual([true, false])
  up.kill('SIGINT')
  const [code] = await once(up, 'exit')
  expect(code).toBe(130)
  expect(await demo.pids()).toEqual([])
  expect(await answers(demo)).toEqual([false, false])
})

test('down stops what an up had started that was killed half-way', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders', trait: 'never-ready' }])
  const up = demo.begin('up')
  await expect.poll(() => answers(demo), { timeout: 15_000 }).toEqual([true, false])
  up.kill('SIGKILL')
  await once(up, 'exit')
  const pids = await demo.pids()
  expect(await Promise.all(pids.map(lives))).toEqual([true, true])
  expect(await demo.run('down')).toMatchObject({ code: 0 })
  expect(await Promise.all(pids.map(lives))).toEqual([false, false])
})

test('down kills a service that ignores SIGTERM, and says so', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders', trait: 'stubborn' }])
  await demo.run('up')
  const pids = await demo.pids()
  const { code, stdout } = await demo.run('down')
  expect(code).toBe(0)
  expect(stdout).toContain('stop orders: it did not react to SIGTERM and was killed')
  expect(await Promise.all(pids.map(lives))).toEqual([false, false])
})

test('a process that got a recorded number after a reboot is left alone', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  await demo.run('up')
  const path = join(demo.home, 'state.json')
  const text = await readFile(path, 'utf8')
  await demo.run('down')
  const otherProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(otherProcess, 'spawn')
  await writeFile(path, text.replace(/"pid": \d+/, `"pid": ${otherProcess.pid}`))
  expect((await demo.run('status')).code).toBe(1)
  expect((await demo.run('down')).stdout).toContain('Nothing was running.')
  expect(otherProcess.exitCode).toBeNull()
  otherProcess.kill()
  expect(await once(otherProcess, 'exit')).toEqual([null, 'SIGTERM'])
})

test('a state file that was damaged reads as if nothing ran', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  await writeFile(join(demo.home, 'state.json'), '{"mode":"ho')
  expect(await demo.run('up')).toMatchObject({ code: 0 })
})

test('a taken port is an error before anything starts: who holds it, and what moves it', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  const port = demo.services[1]?.port ?? 0
  const holder = createServer().listen(port, '127.0.0.1')
  await once(holder, 'listening')
  const { code, stderr } = await demo.run('up')
  expect(code).toBe(1)
  expect(stderr).toContain(`127.0.0.1:${port}`)
  expect(stderr).toContain(`held by process ${process.pid}`)
  expect(stderr).toContain('moved by DEMO_ORDERS_PORT')
  expect(await demo.pids()).toEqual([])
  await once(holder.close(), 'close')
})

test('a port is moved by its variable; status remembers it, and up moves it back', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  const moved = String(await freePort())
  expect(await demo.runWith({ DEMO_GATEWAY_PORT: moved }, 'up')).toMatchObject({ code: 0 })
  expect((await demo.run('status', '--json')).stdout).toContain(`http://127.0.0.1:${moved}`)
  const before = await demo.pids()
  expect(await demo.run('up')).toMatchObject({ code: 0 })
  expect(await answers(demo)).toEqual([true, true])
  const after = await demo.pids()
  expect(after.filter((pid) => before.includes(pid))).toHaveLength(1)
})

test.each([
  ['eighty', 'DEMO_GATEWAY_PORT is "eighty"'],
  ['0', 'DEMO_GATEWAY_PORT is "0"'],
  ['65536', 'DEMO_GATEWAY_PORT is "65536"'],
])('a port of %s is refused', async (port, message) => {
  demo = await createDemo([{ name: 'gateway' }])
  const { code, stderr } = await demo.runWith({ DEMO_GATEWAY_PORT: port }, 'up')
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})
