/**
 * The database access over a real server: transactions, lost connections, and being slow on command.
 */

import { createTestObserve } from '@lab/observe/testing'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database, openPool } from './database.ts'

const obs = createTestObserve()
let postgres: Postgres
let database: Database
let isSlow = false

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = new Database(openPool(obs, postgres.url), () => isSlow)
  await database.query('create table entries (entry integer primary key)')
})

afterAll(async () => {
  await database.close()
  await postgres.stop()
})

async function entries(): Promise<number[]> {
  const { rows } = await database.query<{ entry: number }>('select entry from entries order by entry')
  return rows.map(({ entry }) => entry)
}

test('a transaction that throws changes nothing and leaves the connection usable', async () => {
  const failing = database.transaction(async (client) => {
    await client.query('insert into entries values (1)')
    await client.query('insert into entries values (1)')
  })
  await expect(failing).rejects.toThrow('duplicate key')
  expect(await entries()).toEqual([])
  await database.transaction((client) => client.query('insert into entries values (2)'))
  expect(await entries()).toEqual([2])
})

test('a connection that is lost is replaced, idle or in use', async () => {
  const endOthers =
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null'
  const cut = database.transaction(async (client) => {
    await database.query(endOthers)
    await client.query('select 1')
  })
  await expect(cut).rejects.toThrow(/connection/i)
  expect(await entries()).toEqual([2])
})

test('a server that is away is a 503, not a riddle', async () => {
  const away = new Database(openPool(obs, 'postgres://shop:shop@127.0.0.1:1/shop'), () => false)
  await expect(away.query('select 1')).rejects.toMatchObject({ status: 503, code: 'database_unavailable' })
  await away.close()
})

test('every statement and every transaction is slow while it is asked to be', async () => {
  const timed = async (work: () => Promise<unknown>) => {
    const started = performance.now()
    await work()
    return performance.now() - started
  }
  isSlow = true
  expect(await timed(() => entries())).toBeGreaterThan(300)
  expect(await timed(() => database.transaction((client) => client.query('select 1')))).toBeGreaterThan(300)
  isSlow = false
  await expect.poll(() => timed(() => entries())).toBeLessThan(300)
})
