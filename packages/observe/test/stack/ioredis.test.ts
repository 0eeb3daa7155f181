/**
 * `ioredis` on a real Redis: what is asked in whichever way is one span in the trace of the caller, and one measurement.
 */
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestObserve, type TestObserve } from '../../src/testing.ts'
import { the } from '../observed.ts'
import { clientInReadme } from '../readme-table.ts'
import { Recorded } from '../recorded.ts'
import { holdTraces } from './redis-requests.ts'
import { startRedis } from './redis-server.ts'
import type { Server } from './server.ts'
import { withoutUnhandled } from './without-unhandled.ts'

let server: Server
let obs: TestObserve
let recorded: Recorded
let client: Redis

beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

beforeEach(async () => {
  client = new Redis({ host: '127.0.0.1', port: server.port, db: 2, lazyConnect: true })
  await client.connect()
  await client.flushall()
  obs = createTestObserve({ listen: true })
  recorded = new Recorded(obs)
})
afterEach(async () => {
  await obs.shutdown()
  client.disconnect()
})

test('a command is a span and a measurement by the semantic conventions, without key or value', async () => {
  await obs.span('request', () => client.set('session:secret', 'secret', 'EX', 60))
  const [span] = recorded.within('request')
  expect(span).toMatchObject({ name: 'SET', kind: 'client', status: 'unset' })
  expect(the(span).attributes).toEqual({
    'db.system.name': 'redis',
    'db.namespace': '2',
    'db.operation.name': 'SET',
    'db.query.text': 'SET ? ? ? ?',
    'server.address': '127.0.0.1',
    'server.port': server.port,
  })
  expect(recorded.spans).toHaveLength(1)
  expect(await recorded.measured()).toEqual({ SET: 1 })
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('callbacks run in the trace of who gave them; scripts and buffers', async () => {
  const called = Promise.withResolvers<void>()
  obs.span('request', () => {
    client.set('key', 'value', () => {
      obs.log.info('called')
      void client.getBuffer('key').then(() => called.resolve())
    })
  })
  await called.promise
  client.defineCommand('double', { numberOfKeys: 1, lua: 'return 2 * ARGV[1]' })
  await obs.span('script', () => client.call('eval', 'return 1', '0'))
  const request = the(obs.spans.find(({ name }) => name === 'request'))
  expect(recorded.within('request').map(({ name }) => name)).toEqual(['SET', 'GET'])
  expect(obs.lines.find(({ msg }) => msg === 'called')).toMatchObject({ span_id: request.spanId })
  expect(recorded.within('script').map(({ attributes }) => attributes['db.query.text'])).toEqual(['EVAL ? ?'])
})

test('a transaction is one span; a pipeline is one for each command', async () => {
  await obs.span('transaction', async () => {
    expect(await client.multi().set('a', '1').incr('a').exec()).toEqual([
      [null, 'OK'],
      [null, 2],
    ])
  })
  await obs.span('pipeline', () => client.pipeline().set('b', '1').incr('b').exec())
  expect(
    recorded.within('transaction').map(({ name, attributes }) => [name, attributes['db.operation.batch.size']]),
  ).toEqual([['MULTI', 2]])
  expect(recorded.within('pipeline').map(({ name }) => name)).toEqual(['SET', 'INCR'])
  expect(await recorded.measured()).toEqual({ MULTI: 1, SET: 1, INCR: 1 })
})

test('an error has the code that Redis gave, and nothing of its text', async () => {
  await client.set('text', 'value')
  await obs.span('request', async () => {
    await expect(client.lpush('text', 'secret')).rejects.toThrow('WRONGTYPE')
    await expect(client.call('NONSENSE', 'secret')).rejects.toThrow('ERR unknown command')
    await client.multi().lpush('text', 'x').exec()
  })
  expect(
    recorded.within('request').map(({ name, status, attributes }) => [name, status, attributes['error.type']]),
  ).toEqual([
    ['LPUSH', 'error', 'WRONGTYPE'],
    ['NONSENSE', 'error', 'ERR'],
    ['MULTI', 'error', 'WRONGTYPE'],
  ])
  expect(the(recorded.spans[0]).attributes['db.response.status_code']).toBe('WRONGTYPE')
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('the README shows a command as it is recorded, and names the server', async () => {
  const [, version] = /redis_version:(\d+)/.exec(`${await client.info('server')}`) ?? []
  await obs.span('request', () => client.set('key', 'value'))
  expect(clientInReadme('ioredis')).toMatchObject({
    'with the text': the(recorded.spans[0]).attributes['db.query.text'],
    'tested on': `Redis ${version}`,
  })
})

test('an error that no code awaits is on the span, and ends the process only where nothing observes', () =>
  withoutUnhandled('unhandledRejection', async (errors) => {
    obs.span('request', () => void client.call('NONSENSE'))
    await client.ping()
    await new Promise((resolve) => setImmediate(resolve))
    expect(recorded.within('request').map(({ attributes }) => attributes['error.type'])).toEqual(['ERR'])
    expect(errors).toEqual([])
    await obs.shutdown()
    void client.call('NONSENSE')
    await expect.poll(() => errors).toHaveLength(1)
  }))

test('a hundred requests at once on one connection: each command in its own trace', async () => {
  await holdTraces(obs, recorded, client)
  expect(await recorded.measured()).toEqual({ SET: 100, GET: 100 })
})

test('automatic pipelines, which send the commands of a turn where its first was asked: none is lost', async () => {
  const automatic = new Redis({ host: '127.0.0.1', port: server.port, enableAutoPipelining: true, lazyConnect: true })
  await automatic.connect()
  obs.reset()
  await Promise.all(
    Array.from({ length: 20 }, (_, id) => obs.span(`request ${id}`, () => automatic.set(`key ${id}`, id))),
  )
  expect(recorded.spans).toHaveLength(20)
  expect(recorded.within('request 0')).toHaveLength(20)
  automatic.disconnect()
})

test('a command that waits for the connection is measured, in no other trace', async () => {
  const late = new Redis({ host: '127.0.0.1', port: server.port, lazyConnect: true })
  await Promise.all([obs.span('first', () => late.connect()), obs.span('second', () => late.get('key'))])
  expect(recorded.spans).toEqual([])
  expect(await recorded.measured()).toMatchObject({ GET: 1 })
  const news = Promise.withResolvers<void>()
  late.on('message', () => {
    obs.log.info('news')
    news.resolve()
  })
  await obs.span('subscribing', () => late.subscribe('news'))
  await client.publish('news', 'hello')
  await news.promise
  expect(obs.lines.find(({ msg }) => msg === 'news')).not.toHaveProperty('trace_id')
  late.disconnect()
})

test('a failed connect, in the trace of the caller', async () => {
  const unreachable = new Redis({ host: '127.0.0.1', port: 1, lazyConnect: true, retryStrategy: () => null })
  unreachable.on('error', () => 'the caller has the error')
  await obs.span('request', () => expect(unreachable.connect()).rejects.toThrow())
  expect(recorded.within('request').map(({ name, status }) => [name, status])).toEqual([['connect', 'error']])
  expect(Object.keys(await recorded.measured())).toEqual([expect.stringMatching(/^connect /)])
})

test('a command that is not answered in time, and a connection that breaks', async () => {
  const impatient = new Redis({
    host: '127.0.0.1',
    port: server.port,
    commandTimeout: 50,
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
  })
  impatient.on('error', () => 'the caller has the error')
  await impatient.connect()
  obs.reset()
  await obs.span('timeout', () => expect(impatient.blpop('nothing', 10)).rejects.toThrow('timed out'))
  impatient.disconnect()
  const broken = new Redis({ host: '127.0.0.1', port: server.port, lazyConnect: true, retryStrategy: () => null })
  broken.on('error', () => 'the caller has the error')
  await broken.connect()
  const id = await broken.client('ID')
  const waiting = expect(obs.span('break', () => broken.blpop('nothing', 0))).rejects.toThrow('closed')
  await client.client('KILL', 'ID', id)
  await waiting
  expect(recorded.within('timeout').map(({ name, status }) => [name, status])).toEqual([['BLPOP', 'error']])
  expect(recorded.within('break').map(({ name, status }) => [name, status])).toEqual([['BLPOP', 'error']])
})

test('outside of any request it is measured but makes no trace; after shutdown nothing is recorded', async () => {
  await client.get('key')
  expect(obs.spans).toEqual([])
  expect(await recorded.measured()).toEqual({ GET: 1 })
  await obs.shutdown()
  expect(await obs.span('request', () => client.get('key'))).toBeNull()
  expect(recorded.spans).toEqual([])
})
