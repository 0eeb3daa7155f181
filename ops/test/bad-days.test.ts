/**
 * `pnpm demo up` when a backend cannot start: it says which and in its own words, leaves nothing behind, and what it offers
 * helps. On a shop of its own, next to any other.
 */

import { once } from 'node:events'
import { access, mkdir, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type OwnShop, ownShop } from '@lab/test-kit/own-shop'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { damage } from './damage.ts'
import { demo, readStatus } from './shop.ts'

let own: OwnShop

beforeAll(async () => {
  own = await ownShop()
})

afterAll(async () => {
  await run('down')
  await rm(own.home, { recursive: true, force: true })
})

function run(...argv: string[]) {
  return demo(own.env, ...argv)
}

function up() {
  return run('up', '--mode', 'host')
}

function exists(name: string) {
  return access(join(own.home, name)).then(
    () => true,
    () => false,
  )
}

async function running(): Promise<string[]> {
  return (await readStatus(own.env)).services.filter(({ healthy }) => healthy).map(({ name }) => name)
}

test('a taken port of a backend is an error before anything starts', async () => {
  const holder = createServer().listen(Number(own.env.DEMO_LOKI_PORT), '127.0.0.1')
  await once(holder, 'listening')
  await expect(up()).rejects.toThrow(/nothing was started.*held by process \d+.*moved by DEMO_LOKI_PORT/s)
  expect(await running()).toEqual([])
  await once(holder.close(), 'close')
})

test('damaged files: the backend is named with its words, and its data alone is deleted to start again', async () => {
  await up()
  expect(await running()).toEqual(expect.arrayContaining(['loki', 'jaeger', 'prometheus', 'alertmanager', 'gateway']))
  await run('down')
  await damage(join(own.home, 'loki'))
  await expect(up()).rejects.toThrow(
    /loki did not start: .*Its last words.*(invalid|corrupt|magic).*demo down --reset loki/s,
  )
  expect(await running()).toEqual([])
  await run('down', '--reset', 'loki')
  expect(await exists('loki')).toBe(false)
  for (const name of ['jaeger', 'prometheus', 'postgres', 'console'])
    expect([name, await exists(name)]).toEqual([name, true])
})

test('a full disk: the same', async () => {
  // Where it writes first it meets what answers every write with ENOSPC.
  const keys = join(own.home, 'jaeger/data/keys')
  await mkdir(keys, { recursive: true })
  await rm(join(keys, 'LOCK'), { force: true })
  await symlink('/dev/full', join(keys, 'LOCK'))
  await expect(up()).rejects.toThrow(/jaeger did not start: .*no space left on device.*demo down --reset jaeger/s)
  await run('down', '--reset', 'jaeger')
  await up()
  expect(await running()).toContain('jaeger')
})
