/**
 * Queries of pg on a real PostgreSQL, in each of the ways that pg can be asked, and on a pool that is busy: the span of
 * a query belongs to the request that asked for it, whichever caller released the connection.
 */

import { once } from 'node:events'
import { startTestPostgres } from '@lab/test-kit/postgres'
import pg from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { observePg } from '../src/pg.ts'
import { createTestObserve, type FinishedSpan, type TestObserve } from '../src/testing.ts'
import { the } from './observed.ts'
import { clientInReadme } from './readme-table.ts'
import { poolsOf } from './recorded.ts'
import { parseMetrics } from './strict-metrics.ts'

let url: string
let port: number
let stop: () => Promise<void>
let obs: TestObserve
let pool: pg.Pool

beforeAll(async () => {
  ;({ url, stop } = await startTestPostgres())
  port = Number(new URL(url).port)
  const client = new pg.Client(url)
  await client.connect()
  await client.query('create table stock (id int primary key, name text not null)')
  await client.query("insert into stock select n, 'name ' || n from generate_series(1, 1000) n")
  await client.end()
})
afterAll(() => stop())

beforeEach(() => {
  obs = createTestObserve()
  pool = observePg(obs, new pg.Pool({ connectionString: url, max: 1 }))
})
afterEach(async () => {
  await pool.end()
  await obs.shutdown()
})

const TEXT = 'select name from stock where id = $1'

/** The spans of queries; `span()` makes the others. */
function queries(): FinishedSpan[] {
  return obs.spans.filter(({ kind }) => kind === 'client')
}

function onlyQuery(): FinishedSpan {
  expect(queries()).toHaveLength(1)
  return the(queries()[0])
}

/** Runs `fn` as a request would, within a span. */
function inRequest<T>(fn: () => T): T {
  return obs.span('request', fn)
}

function request(): FinishedSpan {
  return the(obs.spans.find(({ name }) => name === 'request'))
}

async function measured(): Promise<{ labels: Record<string, string>; count: number }[]> {
  const families = parseMetrics((await obs.scrape()).body, 'text')
  const samples = families.get('db_client_operation_duration_seconds')?.samples ?? []
  return samples.filter(({ name }) => name.endsWith('_count')).map(({ labels, value }) => ({ labels, count: value }))
}

test('a span and a measurement by the semantic conventions, without values', async () => {
  const { rows } = await inRequest(() => pool.query(`${TEXT} and name <> 'secret' -- secret`, [7]))
  expect(rows).toEqual([{ name: 'name 7' }])
  const span = onlyQuery()
  expect(span).toMatchObject({ name: 'SELECT stock', kind: 'client', status: 'unset' })
  expect(span.attributes).toEqual({
    'db.system.name': 'postgresql',
    'db.namespace': 'shop',
    'server.address': '127.0.0.1',
    'server.port': port,
    'db.operation.name': 'SELECT',
    'db.collection.name': 'stock',
    'db.query.summary': 'SELECT stock',
    'db.query.text': 'select name from stock where id = $1 and name <> ?',
  })
  expect(await measured()).toEqual([
    {
      labels: {
        db_system_name: 'postgresql',
        db_namespace: 'shop',
        server_address: '127.0.0.1',
        server_port: `${port}`,
        db_operation_name: 'SELECT',
        db_collection_name: 'stock',
        db_query_summary: 'SELECT stock',
      },
      count: 1,
    },
  ])
  expect((await obs.scrape()).body).toContain('db_client_operation_duration_seconds_bucket')
})

test('the README shows a text as it is recorded, and names the server', async () => {
  const { rows } = await pool.query('show server_version_num')
  await inRequest(() => pool.query(`${TEXT} and name <> 'secret'`, [7]))
  expect(clientInReadme('pg')).toMatchObject({
    'with the text': onlyQuery().attributes['db.query.text'],
    'tested on': `PostgreSQL ${Math.floor(rows[0].server_version_num / 10_000)}`,
  })
})

/** Each way to ask for a query, by pool and by client. */
const WAYS: Record<string, (target: pg.Pool | pg.Client) => Promise<unknown>> = {
  'text and values': (target) => target.query(TEXT, [7]),
  'text alone': (target) => target.query('select name from stock where id = 7'),
  'a config object': (target) => target.query({ text: TEXT, values: [7] }),
  'a config object and values': (target) => target.query({ text: TEXT }, [7]),
  'a prepared statement': (target) => target.query({ name: 'by-id', text: TEXT, values: [7] }),
  'rows as arrays': (target) => target.query({ text: TEXT, values: [7], rowMode: 'array' }),
  'text, values and callback': (target) =>
    new Promise((resolve, reject) => {
      target.query(TEXT, [7], (error, result) => (error ? reject(error) : resolve(result)))
    }),
  'text and callback': (target) =>
    new Promise((resolve, reject) => {
      target.query('select name from stock where id = 7', (error, result) => (error ? reject(error) : resolve(result)))
    }),
}

test.each(Object.entries(WAYS))('%s', async (_, ask) => {
  for (const target of [pool, observePg(obs, await connected())]) {
    obs.reset()
    const { rows } = (await inRequest(() => ask(target))) as pg.QueryResult
    expect([['name 7'], 'name 7']).toContainEqual(Object.values(the(rows[0]))[0])
    expect(onlyQuery()).toMatchObject({
      name: 'SELECT stock',
      traceId: request().traceId,
      parentSpanId: request().spanId,
    })
    if (target instanceof pg.Client) await target.end()
  }
})

test('a query object with callback or events', async () => {
  const client = observePg(obs, await connected())
  await inRequest(async () => {
    const query = client.query(new pg.Query(TEXT, [7]))
    const names: string[] = []
    query.on('row', (row: { name: string }) => {
      names.push(row.name)
      obs.log.info('row')
    })
    await once(query, 'end')
    expect(names).toEqual(['name 7'])
  })
  expect(onlyQuery()).toMatchObject({ name: 'SELECT stock', parentSpanId: request().spanId })
  expect(obs.lines.find(({ msg }) => msg === 'row')).toMatchObject({ span_id: request().spanId })
  await client.end()
})

test('a config object with a callback', async () => {
  const client = observePg(obs, await connected())
  const done = Promise.withResolvers<pg.QueryResult>()
  const config = {
    text: TEXT,
    values: [7],
    callback: (_: Error | null, result: pg.QueryResult) => done.resolve(result),
  }
  inRequest(() => client.query(config))
  expect((await done.promise).rows).toEqual([{ name: 'name 7' }])
  onlyQuery()
  await client.end()
})

test('cursors and streams', () =>
  inRequest(async () => {
    const client = await pool.connect()
    const cursor = client.query(new Cursor('select id from stock where id <= $1', [250]))
    expect(await cursor.read(100)).toHaveLength(100)
    expect(await cursor.read(200)).toHaveLength(150)
    expect(await cursor.read(1)).toHaveLength(0)
    await cursor.close()
    const stream = client.query(new QueryStream('select id from stock'))
    expect(await stream.toArray()).toHaveLength(1000)
    const early = client.query(new QueryStream('select name from stock'))
    for await (const row of early) {
      expect(row).toEqual({ name: 'name 1' })
      break
    }
    const broken = client.query(new Cursor('select nothing from stock'))
    await expect(broken.read(1)).rejects.toThrow('nothing')
    await client.query('select 1')
    client.release()
    expect(queries().map(({ attributes, status }) => [attributes['db.query.text'], status])).toEqual([
      ['select id from stock where id <= $1', 'unset'],
      ['select id from stock', 'unset'],
      ['select name from stock', 'unset'],
      ['select nothing from stock', 'error'],
      ['select ?', 'unset'],
    ])
  }))

test('a transaction', async () => {
  const client = await pool.connect()
  await inRequest(async () => {
    await client.query('BEGIN')
    await client.query("update stock set name = 'x' where id = $1", [1])
    await client.query('ROLLBACK')
  })
  client.release()
  expect(queries().map(({ name }) => name)).toEqual(['BEGIN', 'UPDATE stock', 'ROLLBACK'])
  for (const { parentSpanId } of queries()) expect(parentSpanId).toBe(request().spanId)
})

test('an error keeps its code, not its text', async () => {
  await expect(inRequest(() => pool.query("insert into stock values (1, 'secret')"))).rejects.toMatchObject({
    code: '23505',
  })
  const span = onlyQuery()
  expect(span.status).toBe('error')
  expect(span.attributes).toMatchObject({ 'db.response.status_code': '23505', 'error.type': '23505' })
  expect(JSON.stringify(span)).not.toContain('secret')
  expect((await obs.scrape()).body).not.toContain('secret')
  const [series] = await measured()
  expect(series).toMatchObject({ count: 1, labels: { error_type: '23505', db_response_status_code: '23505' } })
})

test('a failed query that no code awaits stays an unhandled rejection', async () => {
  const client = observePg(obs, await connected())
  const seen = Promise.withResolvers<unknown>()
  process.once('unhandledRejection', seen.resolve)
  void client.query('select nothing')
  expect(await seen.promise).toMatchObject({ code: '42703' })
  await client.end()
})

test('a connection that fails to open, or breaks', async () => {
  const unreachable = observePg(obs, new pg.Pool({ host: '127.0.0.1', port: 1, database: 'shop' }))
  const lone = observePg(obs, new pg.Client({ host: '127.0.0.1', port: 1, database: 'shop' }))
  await inRequest(async () => {
    await expect(unreachable.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(unreachable.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(lone.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
  await unreachable.end()
  expect(queries()).toHaveLength(3)
  for (const { name, status, parentSpanId, attributes } of queries()) {
    expect({ name, status, parentSpanId }).toEqual({ name: 'connect', status: 'error', parentSpanId: request().spanId })
    expect(attributes).toMatchObject({ 'server.port': 1, 'db.namespace': 'shop', 'error.type': 'ECONNREFUSED' })
  }
  obs.reset()
  const busy = observePg(obs, new pg.Pool({ connectionString: url, max: 1 }))
  const held = await busy.connect()
  // From here on, for it is a bound for connecting, too, which takes its time on a busy machine.
  busy.options.connectionTimeoutMillis = 1000
  await inRequest(() => expect(busy.query('select 1')).rejects.toThrow('timeout exceeded'))
  held.release()
  await busy.end()
  expect(onlyQuery()).toMatchObject({ name: 'connect', status: 'error', parentSpanId: request().spanId })
  expect(onlyQuery().durationMs).toBeGreaterThan(900)
  obs.reset()
  const client = observePg(obs, await connected())
  client.on('error', () => undefined)
  const end = inRequest(() => client.query('select pg_terminate_backend(pg_backend_pid())'))
  await expect(end).rejects.toMatchObject({ code: '57P01' })
  expect(onlyQuery().attributes).toMatchObject({ 'error.type': '57P01' })
  await client.end().catch(() => undefined)
})

test('a busy pool: each query and callback stays in its own request', async () => {
  await Promise.all(
    Array.from({ length: 50 }, (_, id) =>
      obs.span(`request ${id}`, async () => {
        if (id % 3 === 0) await pool.query(TEXT, [id])
        else if (id % 3 === 1)
          await new Promise((resolve) => pool.query(TEXT, [id], resolve)).then(() => obs.log.info({ id }))
        else
          await new Promise<void>((resolve, reject) => {
            pool.connect((error, client, release) => {
              if (error || !client) return reject(error)
              obs.log.info({ id })
              client.query(TEXT, [id], () => {
                obs.log.info({ id })
                release()
                resolve()
              })
            })
          })
      }),
    ),
  )
  for (let id = 0; id < 50; id += 1) {
    const request = the(obs.spans.find(({ name }) => name === `request ${id}`))
    const own = queries().filter(({ traceId }) => traceId === request.traceId)
    expect(own.map(({ parentSpanId }) => parentSpanId)).toEqual([request.spanId])
    for (const line of obs.lines.filter((line) => line.id === id)) expect(line.span_id).toBe(request.spanId)
  }
  expect((await measured()).reduce((sum, { count }) => sum + count, 0)).toBe(50)
})

test('a connection does not stay in the context of the request that opened it', async () => {
  await inRequest(() => pool.query('select 1'))
  const client = await pool.connect()
  const notified = once(client, 'notification')
  client.once('notification', () => obs.log.info('notified'))
  await client.query('listen news')
  await client.query("notify news, 'hello'")
  await notified
  client.release()
  expect(obs.lines.find(({ msg }) => msg === 'notified')).not.toHaveProperty('trace_id')
})

test('observed twice is counted once; two instances count each for itself', async () => {
  const other = createTestObserve()
  expect(observePg(obs, observePg(obs, pool))).toBe(pool)
  observePg(other, pool)
  const client = await pool.connect()
  observePg(obs, client)
  await client.query('select 1')
  client.release()
  await pool.query('select 2')
  expect((await measured()).map(({ count }) => count)).toEqual([2])
  expect((await other.scrape()).body).toMatch(/db_client_operation_duration_seconds_count.* 2\n/)
})

test('a pool that has connections already', async () => {
  const used = new pg.Pool({ connectionString: url, max: 1 })
  await used.query('select 1')
  observePg(obs, used)
  await inRequest(() => used.query('select 2 from stock'))
  expect(onlyQuery().name).toBe('SELECT stock')
  await used.end()
})

test('outside of any request a query is measured but makes no trace', async () => {
  await pool.query(TEXT, [7])
  expect(obs.spans).toEqual([])
  expect((await measured()).map(({ count }) => count)).toEqual([1])
})

test('how busy a pool is, at the moment of the reading', async () => {
  const name = `127.0.0.1:${port}/shop`
  expect(await poolsOf(obs)).toEqual({ [name]: { idle: 0, used: 0, max: 1, pending_requests: 0 } })
  const client = await pool.connect()
  const waiting = pool.query('select 1')
  expect(await poolsOf(obs)).toEqual({ [name]: { idle: 0, used: 1, max: 1, pending_requests: 1 } })
  client.release()
  await waiting
  expect(await poolsOf(obs, 'openmetrics')).toEqual({ [name]: { idle: 1, used: 0, max: 1, pending_requests: 0 } })
})

test('pools to the same database are distinguished; a closed one is no longer reported', async () => {
  const name = `127.0.0.1:${port}/shop`
  const other = observePg(obs, new pg.Pool({ connectionString: url, max: 3 }))
  expect(await poolsOf(obs)).toMatchObject({ [name]: { max: 1 }, [`${name}#2`]: { max: 3 } })
  await other.end()
  expect(Object.keys(await poolsOf(obs))).toEqual([name])
  const third = observePg(obs, new pg.Pool({ connectionString: url, max: 4 }))
  expect(await poolsOf(obs)).toMatchObject({ [name]: { max: 1 }, [`${name}#2`]: { max: 4 } })
  await third.end()
})

test('a pool by socket, and one whose options pg refuses', async () => {
  const socket = observePg(obs, new pg.Pool({ host: '/tmp', database: 'shop' }))
  const refused = observePg(obs, new pg.Pool({ connectionString: 'postgres://[' }))
  expect(Object.keys(await poolsOf(obs))).toEqual([`127.0.0.1:${port}/shop`, '/tmp/shop', 'postgresql'])
  expect(() => refused.query('select 1')).toThrow('Invalid URL')
  await socket.end()
  await refused.end()
})

test('what is no pool and no client is refused, and misuse of pg stays its own error', async () => {
  expect(() => observePg(obs, {})).toThrow('observePg(obs, target) takes a Pool or a Client of pg')
  const client = observePg(obs, await connected())
  expect(() => (client.query as (text: unknown) => unknown)(null)).toThrow(
    'Client was passed a null or undefined query',
  )
  await client.end()
})

async function connected(): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  return client
}
