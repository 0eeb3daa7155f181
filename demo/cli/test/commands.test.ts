/**
 * What the commands print and how they exit, on real processes.
 */

import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createDemo, type Demo } from './demo.ts'

let demo: Demo

/** Each test runs many processes one after another; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 90_000 })

afterEach(() => demo.end())

test('status --json is for programs; the exit code says whether all is healthy', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  const entry = (index: number, healthy: boolean) => {
    const { name, port } = demo.services[index] ?? { name: '', port: 0 }
    return {
      name,
      kind: 'service',
      url: `http://127.0.0.1:${port}`,
      metrics: `http://127.0.0.1:${port}/metrics`,
      healthy,
    }
  }
  const nothing = await demo.run('status', '--json')
  expect(nothing.code).toBe(1)
  expect(JSON.parse(nothing.stdout)).toEqual({ mode: 'host', services: [entry(0, false), entry(1, false)] })

  await demo.run('up')
  const all = await demo.run('status', '--json')
  expect(all).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(all.stdout)).toEqual({ mode: 'host', services: [entry(0, true), entry(1, true)] })

  await demo.killKeeper()
  const pid = Math.max(...(await demo.pids()))
  process.kill(pid, 'SIGKILL')
  await expect.poll(async () => (await demo.run('status', '--json')).code, { timeout: 15_000 }).toBe(1)
})

test('status says "not running" alike of what was never started and of what ended, and how to start it', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  const status = async () => (await demo.run('status')).stdout
  const nothing = await status()
  expect(nothing).toMatch(/gateway +not running .*\n.*orders +not running/)
  expect(nothing).toContain('Nothing runs. Start it with `pnpm demo up`.')

  await demo.run('up')
  expect(await status()).not.toMatch(/not running/i)
  await demo.killKeeper()
  const state = JSON.parse(await readFile(join(demo.home, 'state.json'), 'utf8'))
  process.kill(state.processes.find(({ name }: { name: string }) => name === 'orders').pid, 'SIGKILL')
  await expect.poll(status, { timeout: 15_000 }).toMatch(/orders +not running/)
  const ended = await status()
  expect(ended).toMatch(/gateway +healthy/)
  expect(ended).toContain('Not running: orders. `pnpm demo up` starts what does not run, and leaves the rest alone.')
  expect((await demo.run('up')).code).toBe(0)
  expect(await status()).not.toMatch(/not running/i)
})

test('status shows the reason of what is unhealthy, and what each service uses; up replaces it', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  await demo.run('up')
  await fetch(`http://127.0.0.1:${demo.services[1]?.port}/faults/sick`, { method: 'PUT', body: 'true' })
  const { code, stdout } = await demo.run('status')
  expect(code).toBe(1)
  expect(stdout).toMatch(/gateway +healthy +\d+ MB +\d+ %/)
  expect(stdout).toMatch(/orders +unhealthy/)
  expect(stdout).toContain('answers 503: {"checks":{"warm":"not yet"}}')
  expect((await demo.run('up')).code).toBe(0)
  expect((await demo.run('status')).code).toBe(0)
})

test('down --reset deletes data and logs, and nothing else of the folder', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  await demo.run('up')
  expect((await demo.run('logs')).stdout).toContain('gateway starts')
  expect((await demo.run('down')).code).toBe(0)
  expect((await demo.run('logs')).stdout).toContain('gateway starts')
  expect((await demo.run('down', '--reset')).stdout).toContain('Its data and logs are deleted.')
  expect((await demo.run('logs')).stdout).toBe('')
})

test('down --reset NAME deletes the data of that one alone', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  const folders = ['gateway', 'orders'].map((name) => join(demo.home, 'data', name))
  for (const folder of folders) await mkdir(folder, { recursive: true })
  await demo.run('up')
  const unknown = await demo.run('down', '--reset', 'lokki')
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain('Nothing called "lokki" keeps data here. These do:\n\n  gateway\n  orders')
  expect((await demo.run('status')).code).toBe(0)
  const { code, stdout } = await demo.run('down', '--reset', 'orders')
  expect(code).toBe(0)
  expect(stdout).toContain('The shop is down. The data of orders is deleted.')
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, false])
  expect((await demo.run('logs')).stdout).toContain('orders starts')
})

test('hints name the command as it was typed', async () => {
  demo = await createDemo([{ name: 'payments' }])
  const npx = { npm_execpath: '/home/ada/.npm/_npx/1/node_modules/pnpm/pnpm' }
  expect((await demo.runWith(npx, 'status')).stdout).toContain('Start it with `npx pnpm@12 demo up`.')
  expect((await demo.runWith(npx, '--help')).stdout).toContain('Usage: npx pnpm@12 demo [options]')
  expect((await demo.runWith(npx, 'fault', 'payments-slow')).stderr).toContain('Start with `npx pnpm@12 demo up`.')
})

test('fault switches a fault in the service that has it', async () => {
  demo = await createDemo([{ name: 'payments' }])
  const stopped = await demo.run('fault', 'payments-slow')
  expect(stopped.code).toBe(1)
  expect(stopped.stderr).toContain('pnpm demo up')

  await demo.run('up')
  const on = await demo.run('fault', 'payments-slow')
  expect(on.code).toBe(0)
  expect(on.stdout).toContain('payments-slow is on in payments')
  expect((await demo.run('fault')).stdout).toMatch(/payments-slow +on /)
  expect((await demo.run('fault', 'payments-slow')).stdout).toContain('payments-slow was on already in payments: ')
  const off = await demo.run('fault', 'payments-slow', 'off')
  expect(off.code).toBe(0)
  expect(off.stdout).toContain(
    'payments-slow is off in payments; a burn-rate alert that it raised stays for some minutes',
  )
  expect((await demo.run('fault', 'payments-slow', 'off')).stdout).toBe('payments-slow was off already in payments.\n')
  expect((await demo.run('fault')).stdout).toMatch(/payments-slow +off /)
})

test('tune makes a weakness weak and adjusted again in the service that has it', async () => {
  demo = await createDemo([{ name: 'orders' }])
  expect((await demo.run('tune', 'n-plus-one', 'weak')).stderr).toContain('orders is not running')

  await demo.run('up')
  const before = JSON.parse((await demo.run('tune', '--json')).stdout)
  expect(before).toMatchObject({ 'n-plus-one': 'adjusted', 'small-pool': 'adjusted', 'unbounded-list': null })
  const weak = await demo.run('tune', 'n-plus-one')
  expect(weak.code).toBe(0)
  expect(weak.stdout).toContain('n-plus-one is weak in orders: the list of orders reads each order')
  expect((await demo.run('tune')).stdout).toMatch(/n-plus-one +weak +orders/)
  const adjusted = await demo.run('tune', 'n-plus-one', 'adjusted')
  expect(adjusted.stdout).toBe('n-plus-one is adjusted in orders: one query for the whole list.\n')
  expect((await demo.run('tune')).stdout).toMatch(/n-plus-one +adjusted +orders/)
})

test.each([
  [['tune', 'n-plus-two'], 'There is no weakness "n-plus-two". Did you mean n-plus-one? These are there:'],
  [['fault', 'payments-quick'], 'payments-failing'],
  [['fault', 'payment-slow'], 'There is no fault "payment-slow". Did you mean payments-slow? These are there:'],
  [['logs', 'gatway'], 'There is no service "gatway". Did you mean gateway? There are gateway.'],
  [['down', '--reset', 'gatewy'], 'Nothing called "gatewy" keeps data here. Did you mean gateway? These do:'],
  [['logs', 'basket'], 'There is no service "basket". There are gateway.'],
  [['logs', '--level', 'loud'], 'Allowed choices are trace, debug, info'],
  [['logs', '--trace', 'nonsense'], 'It has to be hexadecimal'],
  [['logs', '--lines', 'few'], 'It has to be a whole number.'],
  [['logs', '--since', 'yesterday'], 'It has to be an age such as 30s, 10m, 2h or 1d, or a date'],
  [['logs', '--grep', '('], 'Unterminated group'],
  [['open', 'orders'], 'There is no service "orders". These have one: gateway.'],
  [['open', 'gatway'], 'There is no service "gatway". Did you mean gateway? These have one: gateway.'],
  [['start'], "unknown command 'start'"],
  [['up', '--fast'], "unknown option '--fast'"],
  [['down', 'gateway'], 'too many arguments'],
])('%j is answered with what can be said instead, and exit code 2', async (argv, message) => {
  demo = await createDemo([{ name: 'gateway' }])
  const { code, stdout, stderr } = await demo.run(...argv)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(stdout).toBe('')
})

test('--help lists every command', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  const { code, stdout } = await demo.run('--help')
  expect(code).toBe(0)
  for (const command of ['up', 'down', 'status', 'logs', 'open', 'fault', 'tune', 'resend'])
    expect(stdout).toContain(`\n  ${command} `)
})

test('logs --since and --grep choose lines', async () => {
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }])
  await demo.run('up')
  expect((await demo.run('logs', '--since', '1h', '--grep', 'ORDERS ST[a-z]+')).stdout).toMatch(
    /^orders .*orders starts\n$/,
  )
  const later = await demo.run('logs', '--since', '2999-01-01')
  expect(later).toMatchObject({ code: 0, stdout: '' })
  expect(later.stderr).toContain('There is no log line since 2999-01-01T00:00:00.000Z.')
  expect((await demo.run('logs', '--grep', 'no such line')).stderr).toContain(
    'There is no log line that matches no such line.',
  )
})

test('open prints the page and hands it to the browser; without a browser it says so', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  expect((await demo.run('open')).stderr).toContain('gateway does not run')
  await demo.run('up')
  const url = `http://127.0.0.1:${demo.services[0]?.port}`
  const bin = join(demo.home, 'bin')
  await mkdir(bin)
  const opener = join(bin, process.platform === 'darwin' ? 'open' : 'xdg-open')
  await writeFile(opener, `#!/bin/sh\necho "$1" > ${join(bin, 'opened')}\n`, { mode: 0o755 })
  expect(await demo.runWith({ PATH: `${bin}:/bin:/usr/bin` }, 'open')).toMatchObject({ code: 0, stdout: `${url}\n` })
  expect(await readFile(join(bin, 'opened'), 'utf8')).toBe(`${url}\n`)

  const none = await demo.runWith({ PATH: '/nonexistent' }, 'open')
  expect(none).toMatchObject({ code: 1, stdout: `${url}\n` })
  expect(none.stderr).toContain('Open the link yourself.')
})
