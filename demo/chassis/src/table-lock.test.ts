/**
 * A lock on a table of a real PostgreSQL: held, released, and ended by others.
 */

import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { TableLock } from './table-lock.ts'

let postgres: Postgres
let client: pg.Client
let lock: TableLock
let ended: number

beforeAll(async () => {
  postgres = await startTestPostgres()
  client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query('create table things (id integer)')
})

afterEach(() => lock.hold(false))

afterAll(async () => {
  await client?.end()
  await postgres?.stop()
})

function lockThings({ longestMs }: { longestMs?: number } = {}): TableLock {
  ended = 0
  const onEnded = () => {
    ended += 1
  }
  lock = new TableLock({
    databaseUrl: postgres.url,
    table: 'things',
    name: 'lock',
    onEnded,
    ...(longestMs !== undefined && { longestMs }),
  })
  return lock
}

async function isLocked(): Promise<boolean> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_locks where relation = 'things'::regclass and mode = 'AccessExclusiveLock'`,
  )
  return rows[0]?.n === 1
}

test('is held until it is released, and that is no end by itself', async () => {
  await lockThings().hold(true)
  await lock.hold(true)
  expect(await isLocked()).toBe(true)
  await lock.hold(false)
  await expect.poll(isLocked, { timeout: 15_000 }).toBe(false)
  expect(ended).toBe(0)
})

test('ends by itself after its longest time, says so, and can be taken again', async () => {
  await lockThings({ longestMs: 50 }).hold(true)
  await expect.poll(() => ended, { timeout: 15_000 }).toBe(1)
  await expect.poll(isLocked, { timeout: 15_000 }).toBe(false)
  await lock.hold(true)
  await expect.poll(() => ended, { timeout: 15_000 }).toBe(2)
})

test('says so when its session was terminated', async () => {
  await lockThings().hold(true)
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lock'")
  await expect.poll(() => ended, { timeout: 15_000 }).toBe(1)
  await lock.hold(true)
  expect(await isLocked()).toBe(true)
})
