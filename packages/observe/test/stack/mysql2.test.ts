/**
 * `mysql2` on a real MariaDB: what is asked in whichever way is one span in the trace of the caller, one measurement,
 * and never shows a value, although `query()` writes the values into the text.
 */
import { once } from 'node:events'
import mysql from 'mysql2'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestObserve, type TestObserve } from '../../src/testing.ts'
import { the } from '../observed.ts'
import { clientInReadme } from '../readme-table.ts'
import { Recorded } from '../recorded.ts'
import { startMariadb } from './mariadb-server.ts'
import { withoutUnhandled } from './without-unhandled.ts'

let server: Awaited<ReturnType<typeof startMariadb>>
let options: mysql.PoolOptions
let obs: TestObserve
let recorded: Recorded
let pool: mysql.Pool

beforeAll(async () => {
  server = await startMariadb()
  options = { host: '127.0.0.1', port: server.port, user: 'shop', password: 'shop', database: 'shop' }
  const connection = mysql.createConnection(options)
  await connection.promise().query('create table stock (id int primary key, name varchar(100) not null)')
  await connection
    .promise()
    .query('insert into stock values ?', [Array.from({ length: 1000 }, (_, at) => [at + 1, `name ${at + 1}`])])
  await connection.promise().end()
})
afterAll(() => server.stop())

beforeEach(() => {
  obs = createTestObserve({ listen: true })
  recorded = new Recorded(obs)
  pool = mysql.createPool({ ...options, connectionLimit: 1 })
})
afterEach(async () => {
  await pool.promise().end()
  await obs.shutdown()
})

const TEXT = 'select name from stock where id = ?'

/** The one span of a query within the span `request`. */
function onlyQuery() {
  expect(recorded.spans).toHaveLength(1)
  expect(recorded.within('request')).toHaveLength(1)
  return the(recorded.spans[0])
}

test('a span and a measurement by the semantic conventions, without values', async () => {
  await obs.span('request', () =>
    pool.promise().query(`${TEXT} and name <> ? and name <> "secret" # secret`, [7, "sec'ret\\ secret"]),
  )
  const span = onlyQuery()
  expect(span).toMatchObject({ name: 'SELECT stock', kind: 'client', status: 'unset' })
  expect(span.attributes).toEqual({
    'db.system.name': 'mysql',
    'db.namespace': 'shop',
    'server.address': '127.0.0.1',
    'server.port': server.port,
    'db.operation.name': 'SELECT',
    'db.collection.name': 'stock',
    'db.query.summary': 'SELECT stock',
    'db.query.text': 'select name from stock where id = ? and name <> ? and name <> ?',
  })
  expect(await recorded.measured()).toEqual({ SELECT: 1 })
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('the README shows a text as it is recorded, and names the server', async () => {
  const [[row]] = await pool.promise().query<mysql.RowDataPacket[]>('select version() as version')
  const [, version, name] = /^(\d+\.\d+)\.\d+-(\w+)/.exec(row?.version) ?? []
  await obs.span('request', () => pool.promise().query(`${TEXT} and name <> 'secret'`, [7]))
  expect(clientInReadme('mysql2')).toMatchObject({
    'with the text': onlyQuery().attributes['db.query.text'],
    'tested on': `${name} ${version}`,
  })
})

type Asked = (error: unknown, rows: unknown) => void
type Ask = (target: mysql.Pool | mysql.Connection, done: Asked) => void

function settle(asked: Promise<[unknown, unknown]>, done: Asked): void {
  asked.then(
    ([rows]) => done(null, rows),
    (error: unknown) => done(error, undefined),
  )
}

/** Each way to ask, by pool and by connection. */
const WAYS: Record<string, Ask> = {
  'query with a callback': (target, done) => target.query(TEXT, [7], done),
  'execute with a callback': (target, done) => target.execute(TEXT, [7], done),
  'query as promise': (target, done) => settle(target.promise().query(TEXT, [7]), done),
  'execute as promise': (target, done) => settle(target.promise().execute(TEXT, [7]), done),
  'named placeholders': (target, done) =>
    settle(
      target.promise().query({ sql: 'select name from stock where id = :id', namedPlaceholders: true }, { id: 7 }),
      done,
    ),
  events: (target, done) => {
    const rows: unknown[] = []
    target
      .query(TEXT, [7])
      .on('result', (row) => rows.push(row))
      .on('end', () => done(null, rows))
  },
  stream: (target, done) => {
    const rows: unknown[] = []
    target
      .query(TEXT, [7])
      .stream()
      .on('data', (row) => rows.push(row))
      .on('end', () => done(null, rows))
  },
}

test.each(Object.entries(WAYS))('%s', async (_, ask) => {
  const connection = mysql.createConnection(options)
  await once(connection, 'connect')
  for (const target of [pool, connection]) {
    obs.reset()
    const rows = await obs.span(
      'request',
      () =>
        new Promise((resolve, reject) => {
          ask(target, (error, found) => (error ? reject(error) : resolve(found)))
        }),
    )
    expect(rows).toEqual([{ name: 'name 7' }])
    await obs.until(() => recorded.spans.length > 0)
    expect(onlyQuery()).toMatchObject({ name: 'SELECT stock', status: 'unset' })
  }
  await connection.promise().end()
})

test('a busy pool: each query and callback stays in its own request', async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, id) =>
      obs.span(`request ${id}`, async () => {
        if (id % 3 === 0) await pool.promise().query(TEXT, [id])
        else if (id % 3 === 1)
          await new Promise<void>((resolve, reject) => {
            pool.execute(TEXT, [id], (error) => {
              obs.log.info({ id })
              if (error) reject(error)
              else resolve()
            })
          })
        else
          await new Promise<void>((resolve, reject) => {
            pool.getConnection((error, connection) => {
              obs.log.info({ id })
              if (error) return reject(error)
              connection.query(TEXT, [id], () => {
                obs.log.info({ id })
                connection.release()
                resolve()
              })
            })
          })
      }),
    ),
  )
  expect(recorded.spans).toHaveLength(60)
  for (let id = 0; id < 60; id += 1) {
    const request = the(obs.spans.find(({ name }) => name === `request ${id}`))
    expect(recorded.within(`request ${id}`)).toHaveLength(1)
    for (const line of obs.lines.filter((line) => line.id === id)) expect(line.span_id).toBe(request.spanId)
  }
  expect(await recorded.measured()).toEqual({ SELECT: 60 })
})

test('a pooled connection does not stay in the context of the request that opened it', async () => {
  await obs.span('request', () => pool.promise().query(TEXT, [1]))
  const query = pool.query('select id from stock')
  query.on('result', () => obs.log.info('row'))
  await once(query, 'end')
  expect(obs.lines.filter(({ msg }) => msg === 'row')).toHaveLength(1000)
  for (const line of obs.lines) expect(line).not.toHaveProperty('trace_id')
})

test('a transaction', async () => {
  const connection = await pool.promise().getConnection()
  await obs.span('request', async () => {
    await connection.beginTransaction()
    await connection.execute('update stock set name = ? where id = ?', ['x', 1])
    await connection.rollback()
  })
  connection.release()
  expect(recorded.within('request').map(({ name }) => name)).toEqual(['START', 'UPDATE stock', 'ROLLBACK'])
})

test('an error keeps its code, not its text', async () => {
  await obs.span('request', async () => {
    await expect(pool.promise().execute("insert into stock values (1, 'secret')")).rejects.toThrow('Duplicate')
    await expect(pool.promise().query("selekt 'secret'")).rejects.toThrow('syntax')
    await expect(pool.promise().query('select nothing from missing_table')).rejects.toThrow('missing_table')
  })
  expect(recorded.within('request').map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['INSERT stock', '1062'],
    ['SELEKT', '1064'],
    ['SELECT missing_table', '1146'],
  ])
  expect(the(recorded.spans[0])).toMatchObject({ status: 'error', attributes: { 'db.response.status_code': '1062' } })
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('a failed connect, once, in the trace of the caller', async () => {
  const unreachable = mysql.createPool({ ...options, port: 1 })
  await obs.span('pool', () => expect(unreachable.promise().query('select 1')).rejects.toThrow('ECONNREFUSED'))
  await unreachable.promise().end()
  await obs.span('connection', async () => {
    const connection = mysql.createConnection({ ...options, port: 1 })
    const [error] = await once(connection, 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })
  await obs.until(() => recorded.spans.length === 2)
  for (const name of ['pool', 'connection']) {
    expect(recorded.within(name).map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
      ['connect', 'ECONNREFUSED'],
    ])
  }
  expect(await recorded.measured()).toEqual({ 'connect ECONNREFUSED': 2 })
})

test('a wrong password, a query that takes too long, and a connection that breaks', async () => {
  const refused = mysql.createPool({ ...options, password: 'wrong' })
  await obs.span('refused', () => expect(refused.promise().query('select 1')).rejects.toThrow('Access denied'))
  await refused.promise().end()
  await obs.span('timeout', () =>
    expect(pool.promise().query({ sql: 'select sleep(1)', timeout: 50 })).rejects.toMatchObject({
      code: 'PROTOCOL_SEQUENCE_TIMEOUT',
    }),
  )
  await obs.span('broken', () => expect(pool.promise().query('kill connection_id()')).rejects.toThrow())
  expect(recorded.within('refused').map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['connect', '1045'],
  ])
  expect(recorded.within('timeout').map(({ attributes }) => attributes['error.type'])).toEqual([
    'PROTOCOL_SEQUENCE_TIMEOUT',
  ])
  expect(recorded.within('broken').map(({ name, status }) => [name, status])).toEqual([['KILL', 'error']])
})

test('a statement that is prepared by hand is not published when it is executed', async () => {
  const connection = mysql.createConnection(options)
  await obs.span('request', async () => {
    const statement = await connection.promise().prepare(TEXT)
    const [rows] = await statement.execute([7])
    expect(rows).toEqual([{ name: 'name 7' }])
  })
  expect(recorded.spans).toEqual([])
  await connection.promise().end()
})

test('an error that no code awaits is on the span, and ends the process only where nothing observes', () =>
  withoutUnhandled('uncaughtException', async (errors) => {
    const connection = mysql.createConnection(options)
    obs.span('request', () => void connection.query('selekt'))
    await connection.promise().query('select 1')
    expect(recorded.within('request').map(({ attributes }) => attributes['error.type'])).toEqual(['1064'])
    expect(errors).toEqual([])
    await obs.shutdown()
    connection.query('selekt')
    await expect.poll(() => errors).toMatchObject([{ errno: 1064 }])
    connection.destroy()
  }))

test('by socket', async () => {
  const connection = mysql.createConnection({ ...options, socketPath: server.socket })
  await obs.span('request', () => connection.promise().query('select 1'))
  expect(onlyQuery().attributes['server.address']).toBe(server.socket)
  expect(onlyQuery().attributes).not.toHaveProperty('server.port')
  await connection.promise().end()
})

test('outside of any request it is measured but makes no trace; after shutdown nothing is recorded', async () => {
  await pool.promise().query(TEXT, [7])
  expect(obs.spans).toEqual([])
  expect(await recorded.measured()).toEqual({ SELECT: 1 })
  await obs.shutdown()
  await obs.span('request', () => pool.promise().query(TEXT, [7]))
  expect(recorded.spans).toEqual([])
})
