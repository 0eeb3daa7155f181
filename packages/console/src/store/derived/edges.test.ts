/**
 * The calls between services, from spans in any order.
 */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { spanRecord } from '../../../test/span-records.ts'
import type { SpanRecord } from '../../otlp/record.ts'
import { Edges } from './edges.ts'

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }

function span(service: string, kind: keyof typeof kinds, more: Partial<SpanRecord> = {}): SpanRecord {
  return spanRecord({ kind: kinds[kind], resource: { service, attributes: {} }, ...more })
}

function seen(spans: SpanRecord[], later = 0): string[] {
  const edges = new Edges()
  for (const one of spans) edges.see(one, 0)
  return edges.take(later).map(({ from, to, duration, error }) => `${from} > ${to} ${duration}${error ? ' error' : ''}`)
}

const call = span('gateway', 'client', { duration: 5000, status: 2 })
const answer = span('orders', 'server', { parentId: call.spanId, duration: 3000 })

test('a call is known by both its ends, in whichever order they come, as the caller saw it', () => {
  expect(seen([call, answer])).toEqual(['service:gateway > service:orders 5000 error'])
  expect(seen([answer, call])).toEqual(['service:gateway > service:orders 5000 error'])
})

test('a call without an answering span goes to its address, after a while', () => {
  const out = span('gateway', 'client', { attributes: { 'server.address': 'api.stripe.com', 'server.port': 443 } })
  expect(seen([out])).toEqual([])
  expect(seen([out], 60_000)).toEqual(['service:gateway > external:api.stripe.com:443 1000'])
  const old = span('gateway', 'client', { attributes: { 'http.url': 'http://old.example:81/path' } })
  expect(seen([old], 60_000)).toEqual(['service:gateway > external:old.example:81 1000'])
})

test('a call to a service that is down goes to the service that answered at its address before', () => {
  const at = (port: number) => ({ attributes: { 'server.address': '127.0.0.1', 'server.port': port } })
  const before = span('gateway', 'client', at(8081))
  const dead = span('gateway', 'client', { ...at(8081), status: 2 })
  const other = span('gateway', 'client', at(8082))
  const answered = span('orders', 'server', { parentId: before.spanId })
  for (const both of [
    [before, answered],
    [answered, before],
  ]) {
    expect(seen([...both, dead, other], 60_000)).toEqual([
      'service:gateway > service:orders 1000',
      'service:gateway > service:orders 1000 error',
      'service:gateway > external:127.0.0.1:8082 1000',
    ])
  }
})

test('an address at which several services answered stays an address', () => {
  const proxy = { attributes: { 'server.address': 'proxy', 'server.port': 80 } }
  const calls = [span('a', 'client', proxy), span('a', 'client', proxy)] as const
  const answers = [
    span('b', 'server', { parentId: calls[0].spanId }),
    span('c', 'server', { parentId: calls[1].spanId }),
  ]
  expect(seen([...calls, ...answers, span('a', 'client', proxy)], 60_000)).toContain(
    'service:a > external:proxy:80 1000',
  )
})

test('databases and queues stand for themselves, by old names and new', () => {
  const spans = [
    span('a', 'client', { attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop' } }),
    span('a', 'client', { attributes: { 'db.system': 'redis', 'net.peer.name': 'cache' } }),
    span('a', 'producer', { attributes: { 'messaging.destination.name': 'jobs' } }),
    span('b', 'consumer', { attributes: { 'messaging.destination': 'jobs' }, parentId: randomBytes(8) }),
  ]
  expect(seen(spans)).toEqual([
    'service:a > database:postgresql shop 1000',
    'service:a > database:redis cache 1000',
    'service:a > queue:jobs 1000',
    'queue:jobs > service:b 1000',
  ])
})

test('a caller that has no client span is known all the same, and a service does not call itself', () => {
  const parent = span('a', 'server')
  const other = span('b', 'server', { parentId: parent.spanId })
  const same = span('a', 'server', { parentId: parent.spanId })
  expect(seen([parent, other, same])).toEqual(['service:a > service:b 1000'])
  expect(seen([other, same, parent])).toEqual(['service:a > service:b 1000'])
})
