/**
 * `@redis/client` on a real Redis: what is asked in whichever way is one span in the trace of the caller, and one
 * measurement.
 */
import { AsyncResource } from 'node:async_hooks'
import { createClient, createClientPool } from '@redis/client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestObserve, type TestObserve } from '../../src/testing.ts'
import { the } from '../observed.ts'
import { clientInReadme } from '../readme-table.ts'
import { Recorded } from '../recorded.ts'
import { holdTraces } from './redis-requests.ts'
import { startRedis } from './redis-server.ts'
import type { Server } from './server.ts'

let server: Server
let obs: TestObserve
let recorded: Recorded
let client: ReturnType<typeof connectTo>

function connectTo(port: number) {
  return createClient({
    socket: { host: '127.0.0.1', port, reconnectStrategy: false },
    disableOfflineQueue: false,
  }).on('error', () => 'the caller has the error')
}

beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

beforeEach(async () => {
  client = connectTo(server.port)
  await client.connect()
  await client.flushAll()
  obs = createTestObserve({ listen: true })
  recorded = new Recorded(obs)
})
afterEach(async () => {
  await obs.shutdown()
  client.destroy()
})

test('a command is a span and a measurement by the semantic conventions, without key or value', async () => {
  await obs.span('request', () => client.set('session:secret', 'secret', { EX: 60 }))
  const [span] = recorded.within('request')
  expect(span).toMatchObject({ name: 'SET', kind: 'client', status: 'unset' })
  expect(the(span).attributes).toEqual({
    'db.system.name': 'redis',
    'db.namespace': '0',
    'db.operation.name': 'SET',
    'db.query.text': 'SET ? ? ? ?',
    'server.address': '127.0.0.1',
    'server.port': server.port,
  })
  expect(recorded.spans).toHaveLength(1)
  expect(await recorded.measured()).toEqual({ SET: 1 })
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('another database, buffers, scripts, an iterator and a command that the client does not know', async () => {
  await client.select(3)
  await obs.span('request', async () => {
    await client.hSet('hash', { field: 'value', other: Buffer.from('value') })
    expect(await client.eval('return ARGV[1]', { arguments: ['1'] })).toBe('1')
    for await (const keys of client.scanIterator()) expect(keys).toEqual(['hash'])
    await client.sendCommand(['object', 'encoding', 'hash'])
    await client.mSet(Array.from({ length: 20 }, (_, at) => [`key${at}`, 'value'] as [string, string]))
  })
  expect(recorded.within('request').map(({ attributes }) => attributes['db.query.text'])).toEqual([
    'HSET ? ? ? ? ?',
    'EVAL ? ? ?',
    'SCAN ?',
    'OBJECT ? ?',
    'MSET ? ? ? ? ? ? ? ? …',
  ])
  expect(the(recorded.spans.at(-1)).attributes['db.namespace']).toBe('3')
})

test('a pipeline and a transaction are one span each', async () => {
  await obs.span('pipeline', async () => {
    expect(await client.multi().set('a', '1').incr('a').get('a').execAsPipeline()).toEqual(['OK', 2, '2'])
  })
  await obs.span('transaction', async () => {
    expect(await client.multi().set('b', '1').incr('b').exec()).toEqual(['OK', 2])
  })
  await obs.span('single', () => client.multi().get('b').exec())
  expect(recorded.names).toEqual(['PIPELINE', 'MULTI', 'MULTI'])
  expect(recorded.within('pipeline')[0]?.attributes).toMatchObject({
    'db.operation.name': 'PIPELINE',
    'db.operation.batch.size': 3,
  })
  expect(recorded.within('transaction')[0]?.attributes).toMatchObject({ 'db.operation.batch.size': 2 })
  expect(recorded.within('single')[0]?.attributes).not.toHaveProperty('db.operation.batch.size')
  expect(await recorded.measured()).toEqual({ PIPELINE: 1, MULTI: 2 })
})

test('an error has the code that Redis gave, and nothing of its text', async () => {
  await client.set('text', 'value')
  await obs.span('request', async () => {
    await expect(client.lPush('text', 'secret')).rejects.toThrow('WRONGTYPE')
    await expect(client.sendCommand(['NONSENSE', 'secret'])).rejects.toThrow('ERR unknown command')
    await expect(client.multi().lPush('text', 'x').exec()).rejects.toThrow()
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
  const [, version] = /redis_version:(\d+)/.exec(`${await client.sendCommand(['INFO', 'server'])}`) ?? []
  await obs.span('request', () => client.set('key', 'value'))
  expect(clientInReadme('redis')).toMatchObject({
    'with the text': the(recorded.spans[0]).attributes['db.query.text'],
    'tested on': `Redis ${version}`,
  })
})

test('a hundred requests at once on one connection: each command in its own trace', async () => {
  await holdTraces(obs, recorded, client)
  expect(await recorded.measured()).toEqual({ SET: 100, GET: 100 })
})

test('a busy pool of connections, which runs what had to wait where it was released: bound, it is its own', async () => {
  const pool = createClientPool({ socket: { host: '127.0.0.1', port: server.port } }, { minimum: 1, maximum: 1 })
  pool.on('error', () => 'the caller has the error')
  await pool.connect()
  obs.reset()
  await Promise.all(
    Array.from({ length: 50 }, (_, id) =>
      obs.span(`request ${id}`, () => pool.execute(AsyncResource.bind((one) => one.incr('n')))),
    ),
  )
  for (let id = 0; id < 50; id += 1) expect(recorded.within(`request ${id}`)).toHaveLength(1)
  obs.reset()
  await Promise.all(
    Array.from({ length: 50 }, (_, id) => obs.span(`request ${id}`, () => pool.execute((one) => one.incr('n')))),
  )
  expect(recorded.spans).toHaveLength(50)
  expect(recorded.within('request 0').length).toBeGreaterThan(1)
  pool.destroy()
})

test('commands that wait for the connection belong to the caller, and what a subscriber does belongs to no trace', async () => {
  const late = connectTo(server.port)
  const connecting = obs.span('first', () => late.connect())
  await Promise.all([connecting, obs.span('request', () => late.get('key'))])
  expect(recorded.within('request').map(({ name }) => name)).toEqual(['GET'])
  const reported = Promise.withResolvers<void>()
  await obs.span('subscribing', () =>
    late.subscribe('news', () => {
      obs.log.info('news')
      reported.resolve()
    }),
  )
  await client.publish('news', 'hello')
  await reported.promise
  expect(obs.lines.find(({ msg }) => msg === 'news')).not.toHaveProperty('trace_id')
  late.destroy()
})

test('a failed connect, in the trace of the caller', async () => {
  const unreachable = connectTo(1)
  await obs.span('request', async () => {
    await expect(unreachable.connect()).rejects.toThrow('ECONNREFUSED')
    await expect(unreachable.get('key')).rejects.toThrow('closed')
  })
  expect(recorded.within('request').map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['connect', 'ECONNREFUSED'],
    ['GET', 'ClientClosedError'],
  ])
  expect(await recorded.measured()).toEqual({ 'connect ECONNREFUSED': 1, 'GET ClientClosedError': 1 })
})

test('a connection that breaks while a command waits', async () => {
  const blocked = connectTo(server.port)
  await blocked.connect()
  obs.reset()
  const id = await blocked.clientId()
  const waiting = expect(obs.span('request', () => blocked.blPop('nothing', 0))).rejects.toThrow()
  await client.sendCommand(['CLIENT', 'KILL', 'ID', `${id}`])
  await waiting
  expect(recorded.within('request').map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['BLPOP', 'SocketClosedUnexpectedlyError'],
  ])
})

test('outside of any request it is measured but makes no trace; after shutdown nothing is recorded', async () => {
  await client.get('key')
  expect(obs.spans).toEqual([])
  expect(await recorded.measured()).toEqual({ GET: 1 })
  await obs.shutdown()
  expect(await obs.span('request', () => client.get('key'))).toBeNull()
  expect(recorded.spans).toEqual([])
})
