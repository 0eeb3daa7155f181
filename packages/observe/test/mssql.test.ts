/**
 * `mssql` itself, with a server of the test's own behind it that speaks as much TDS as is needed: what is asked in whichever
 * way is one span in the trace of the caller, and one measurement, without values.
 */
import mssql from 'mssql'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import { the } from './observed.ts'
import { clientInReadme } from './readme-table.ts'
import { poolsOf, Recorded } from './recorded.ts'
import { startTdsServer } from './tds-server.ts'

let server: Awaited<ReturnType<typeof startTdsServer>>
let obs: TestObserve
let recorded: Recorded
let pool: mssql.ConnectionPool

function configured(port: number): mssql.config {
  return {
    server: '127.0.0.1',
    port,
    user: 'shop',
    password: 'shop',
    database: 'shop',
    options: { encrypt: false },
    pool: { max: 1 },
    // On a machine that stands still for a second nothing is to time out.
    connectionTimeout: 60_000,
    requestTimeout: 60_000,
  }
}

beforeAll(async () => {
  server = await startTdsServer()
})
afterAll(() => void server.close())

beforeEach(async () => {
  obs = createTestObserve({ listen: true })
  recorded = new Recorded(obs)
  pool = new mssql.ConnectionPool(configured(server.port))
  pool.on('error', () => 'the caller has the error')
  await pool.connect()
})
afterEach(async () => {
  await pool.close()
  await obs.shutdown()
})

const TEXT = "select n from [dbo].[stock] where id = @id and name <> N'secret'"
function selectById() {
  return pool.request().input('id', mssql.Int, 7)
}
/** Its types do not know that a request may have a bound of its own. */
function withShortTimeout(): mssql.Request {
  return Reflect.construct(mssql.Request, [pool, { requestTimeout: 100 }])
}

test('a span and a measurement by the semantic conventions, without values', async () => {
  const { recordset } = await obs.span('request', () => selectById().query(TEXT))
  expect(recordset).toEqual([{ n: 7 }])
  expect(recorded.spans).toHaveLength(1)
  const span = the(recorded.within('request')[0])
  expect(span).toMatchObject({ name: 'SELECT dbo.stock', kind: 'client', status: 'unset' })
  expect(span.attributes).toEqual({
    'db.system.name': 'microsoft.sql_server',
    'db.namespace': 'shop',
    'server.address': '127.0.0.1',
    'server.port': server.port,
    'db.operation.name': 'SELECT',
    'db.collection.name': 'dbo.stock',
    'db.query.summary': 'SELECT dbo.stock',
    'db.query.text': 'select n from [dbo].[stock] where id = @id and name <> ?',
  })
  expect(clientInReadme('mssql')['with the text']).toBe(span.attributes['db.query.text'])
  expect(await recorded.measured()).toEqual({ SELECT: 1 })
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('callbacks, templates, batches, procedures, prepared statements and bulk inserts', async () => {
  await obs.span('callback', () => {
    const called = Promise.withResolvers<void>()
    selectById().query(TEXT, () => {
      obs.log.info('called')
      called.resolve()
    })
    return called.promise
  })
  await obs.span('template', () => pool.query`select n from stock where id = ${7}`)
  await obs.span('batch', () => pool.request().batch("select n from stock where name = 'secret'"))
  await obs.span('procedure', () => selectById().execute('dbo.restock'))
  await obs.span('prepared', async () => {
    const statement = new mssql.PreparedStatement(pool).input('id', mssql.Int)
    await statement.prepare('select n from stock where id = @id')
    await statement.execute({ id: 7 })
    await statement.unprepare()
  })
  await obs.span('bulk', async () => {
    const table = new mssql.Table('stock')
    table.columns.add('id', mssql.Int, { nullable: false })
    for (const id of [1, 2, 3]) table.rows.add(id)
    await pool.request().bulk(table)
  })
  const names = ['callback', 'template', 'batch', 'procedure', 'prepared', 'bulk'].map((name) =>
    recorded.within(name).map((span) => span.name),
  )
  expect(names).toEqual([
    ['SELECT dbo.stock'],
    ['SELECT stock'],
    ['SELECT stock'],
    ['EXECUTE dbo.restock'],
    ['PREPARE', 'SELECT stock'],
    [expect.stringMatching(/^BULK INSERT .*stock/)],
  ])
  const callback = the(obs.spans.find(({ name }) => name === 'callback'))
  expect(obs.lines.find(({ msg }) => msg === 'called')).toMatchObject({ span_id: callback.spanId })
  expect(the(recorded.within('procedure')[0]).attributes['db.stored_procedure.name']).toBe('dbo.restock')
  expect(the(recorded.within('bulk')[0]).attributes['db.operation.batch.size']).toBe(3)
  expect(JSON.stringify(obs.spans)).not.toContain('secret')
})

test('an error has the number that the server gave, a timeout and a broken connection their code', async () => {
  await obs.span('request', async () => {
    await expect(pool.query('select fail')).rejects.toThrow('no second')
    await expect(withShortTimeout().query('select slow')).rejects.toThrow('Timeout')
    await expect(pool.query('select break')).rejects.toThrow()
  })
  expect(recorded.within('request').map(({ status, attributes }) => [status, attributes['error.type']])).toEqual([
    ['error', '2627'],
    ['error', 'ETIMEOUT'],
    ['error', expect.stringMatching(/^E/)],
  ])
  expect(the(recorded.spans[0]).attributes['db.response.status_code']).toBe('2627')
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('a busy pool: each query and callback stays in its own request', async () => {
  await Promise.all(
    Array.from({ length: 40 }, (_, id) =>
      obs.span(`request ${id}`, () => {
        if (id % 2 === 0) return pool.query('select n from stock').then(() => obs.log.info({ id }))
        const called = Promise.withResolvers<void>()
        pool.request().query('select n from stock', () => {
          obs.log.info({ id })
          called.resolve()
        })
        return called.promise
      }),
    ),
  )
  expect(recorded.spans).toHaveLength(40)
  for (let id = 0; id < 40; id += 1) {
    const request = the(obs.spans.find(({ name }) => name === `request ${id}`))
    expect(recorded.within(`request ${id}`)).toHaveLength(1)
    expect(obs.lines.find((line) => line.id === id)).toMatchObject({ span_id: request.spanId })
  }
  expect(await recorded.measured()).toEqual({ SELECT: 40 })
})

test('how busy a pool is, until it is closed', async () => {
  const name = `127.0.0.1:${server.port}/shop`
  expect(await poolsOf(obs)).toEqual({ [name]: { idle: 0, used: 0, max: 1, pending_requests: 0 } })
  const slow = pool.request()
  const ended = slow.query('select slow').catch(({ code }) => code)
  const waiting = pool.query('select n from stock')
  await expect.poll(() => poolsOf(obs)).toEqual({ [name]: { idle: 0, used: 1, max: 1, pending_requests: 1 } })
  slow.cancel()
  expect(await ended).toBe('ECANCEL')
  await waiting
  await expect.poll(() => poolsOf(obs)).toEqual({ [name]: { idle: 1, used: 0, max: 1, pending_requests: 0 } })
  await pool.close()
  expect(await poolsOf(obs)).toEqual({})
})

test('a failed connect, in the trace of the caller', async () => {
  const unreachable = new mssql.ConnectionPool(configured(1))
  await obs.span('request', () => expect(unreachable.connect()).rejects.toThrow('Failed to connect'))
  expect(recorded.within('request').map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['connect', 'ESOCKET'],
  ])
  expect(await recorded.measured()).toEqual({ 'connect ESOCKET': 1 })
})

test('outside of any request it is measured but makes no trace; after shutdown nothing is recorded', async () => {
  await pool.query('select n from stock')
  expect(obs.spans).toEqual([])
  expect(await recorded.measured()).toEqual({ SELECT: 1 })
  await obs.shutdown()
  await obs.span('request', () => pool.query('select n from stock'))
  expect(recorded.spans).toEqual([])
})
