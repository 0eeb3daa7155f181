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

test('a server that does not answer ends the wait: 503, and the connection is not used again', async () => {
  const hanging = new Database(openPool(obs, postgres.url, { queryMs: 300 }), () => false)
  // Statements are bounded on the server too; this one turns that bound off, as a server that is stopped does.
  const stuck = hanging.transaction(async (client) => {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_sleep(5)')
  })
  await expect(stuck).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  expect((await hanging.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }])
  await hanging.close()
})

test('a wait for a lock ends as a 503 that says so', async () => {
  const waiting = new Database(openPool(obs, postgres.url, { queryMs: 2_000 }), () => false)
  await database.transaction(async (client) => {
    await client.query('lock table entries in access exclusive mode')
    await expect(waiting.query('select entry from entries')).rejects.toMatchObject({
      status: 503,
      message: 'The database waits for a lock. Nothing was changed.',
    })
  })
  await waiting.close()
})

test('text that PostgreSQL cannot store is a 400', async () => {
  await expect(database.query('select $1::text', ['a\0b'])).rejects.toMatchObject({ status: 400 })
})

test('the log line of a lost idle connection holds none of the client', async () => {
  const log = createTestObserve()
  const idle = new Database(openPool(log, postgres.url), () => false)
  await idle.check()
  await database.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
  )
  await log.until(() => log.lines.length > 0)
  expect(JSON.stringify(log.lines)).toContain('lost an idle connection')
  expect(JSON.stringify(log.lines)).not.toContain('secretKey')
  await idle.close()
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
