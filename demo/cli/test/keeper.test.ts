/**
 * What happens while the shop runs and no command does: services that end, a folder that is removed, a log that grows.
 */

import { appendFile, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { readProcess } from '../src/machine/process-table.ts'
import { createDemo, type Demo } from './demo.ts'

let demo: Demo

vi.setConfig({ testTimeout: 90_000 })

afterEach(() => demo.end())

function answers() {
  return Promise.all(
    demo.services.map(({ port }) =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    ),
  )
}

test('a service that ends by itself is started again, status says so, and down stops it', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  await demo.run('up')
  const [gateway, orders] = [await demo.pidOf('gateway'), await demo.pidOf('orders')]
  process.kill(orders, 'SIGKILL')
  await expect.poll(async () => (await demo.pids()).includes(orders), { timeout: 30_000 }).toBe(false)
  await expect.poll(answers, { timeout: 30_000 }).toEqual([true, true])
  expect(await demo.pids()).toContain(gateway)
  const { code, stdout } = await demo.run('status')
  expect(code).toBe(0)
  const said = stdout.split('\n').filter((line) => line.includes('ended by itself'))
  const log = await readFile(join(demo.home, 'logs/keeper.log'), 'utf8')
  expect(said, `status said "${said.join(' ')}" and the keeper: ${log}`).toEqual([
    '  orders ended by itself and was restarted once; `pnpm demo logs orders` shows why.',
  ])

  const pids = await demo.pids()
  expect(await demo.run('down')).toMatchObject({ code: 0 })
  expect(await answers()).toEqual([false, false])
  for (const pid of pids) expect(await readProcess(pid)).toBeUndefined()
  // Longer than the keeper takes to restart: it is gone, too.
  await expect(expect.poll(answers, { timeout: 3000 }).toContain(true)).rejects.toThrow()
})

test('what down has stopped stays stopped, also when it ended by itself just before', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders', trait: 'stubborn' }])
  await demo.run('up')
  process.kill(await demo.pidOf('gateway'), 'SIGKILL')
  await demo.run('down')
  await expect(expect.poll(answers, { timeout: 3000 }).toContain(true)).rejects.toThrow()
})

test('where its folder was removed, what ran from it is stopped, and up starts again', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  await demo.run('up')
  const keeperLog = join(demo.home, 'logs/keeper.log')
  await expect.poll(() => readFile(keeperLog, 'utf8'), { timeout: 30_000 }).toContain('Keeps gateway, orders running.')
  await rm(demo.home, { recursive: true })
  await expect.poll(answers, { timeout: 30_000 }).toEqual([false, false])
  expect(await demo.run('up')).toMatchObject({ code: 0 })
  expect(await answers()).toEqual([true, true])
})

test('the log of a running service is rotated, and logs shows both parts', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  await demo.run('up')
  const log = join(demo.home, 'logs/gateway.log')
  await appendFile(log, `${'x'.repeat(1023)}\n`.repeat(21 * 1024))
  await expect.poll(async () => (await stat(log)).size, { timeout: 30_000 }).toBe(0)
  await fetch(`http://127.0.0.1:${demo.services[0]?.port}/say`)
  expect(await readFile(log, 'utf8')).toContain('asked')
  const { stdout } = await demo.run('logs', '--grep', 'starts|asked')
  expect(stdout).toMatch(/gateway starts\n.*asked\n$/)
})
