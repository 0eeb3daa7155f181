/**
 * The search language over stored telemetry: every operator, what people paste, conditions across the spans of a trace, and what is said
 * where a search is not understood.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Console, startConsole } from '../src/console.ts'
import { ask, send } from './running-console.ts'
import { attributes, type Json, nanoseconds } from './shop.ts'

const now = Date.now()
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const OTHER = '0af7651916cd43dd8448eb211c80319c'
function resource(service: string): Json {
  return {
    attributes: attributes({ 'service.name': service, 'service.version': '2.0', 'host.cpus': 8, 'process.pid': 4711 }),
  }
}

interface Sent {
  trace: string
  id: string
  parent?: string
  name: string
  kind: number
  values: Record<string, string | number | boolean>
}

function span({ trace, id, parent = '', name, kind, values }: Sent): Json {
  const times = { startTimeUnixNano: nanoseconds(now - 5000), endTimeUnixNano: nanoseconds(now - 4700) }
  return { traceId: trace, spanId: id, parentSpanId: parent, name, kind, ...times, attributes: attributes(values) }
}

const web = [
  span({
    ...{ trace: TRACE, id: '00f067aa0ba902b7', name: 'GET', kind: 2 },
    values: {
      'http.request.method': 'GET',
      'http.route': '/items/:id',
      'url.path': '/items/7',
      'tenant.id': 'acme',
      größe: 5,
      '@user': 'jo',
    },
  }),
  span({
    ...{ trace: TRACE, id: '00f067aa0ba902b8', parent: '00f067aa0ba902b7', name: 'query', kind: 3 },
    values: {
      ...{ 'db.system.name': 'postgresql', 'server.address': '127.0.0.1', 'server.port': 5432, 'my key': 'a b' },
      'db.query.text': 'SELECT 100% FROM stock_items',
    },
  }),
  span({
    ...{ trace: OTHER, id: 'b7ad6b7169203331', name: 'GET https', kind: 3 },
    values: {
      'url.full': 'https://shop.example/pay?x=1',
      'http.response.status_code': 404,
      retried: true,
      'tenant.id': 'other',
    },
  }),
]
const lines: [body: Json, more?: Json][] = [
  [{ stringValue: '\u001b[31mrequest failed\u001b[0m with E42' }, { severityNumber: 17, traceId: TRACE }],
  [{ stringValue: '支払いが拒否されました 🔥' }, { severityNumber: 13 }],
  [{ kvlistValue: { values: attributes({ orderId: 42, state: 'declined' }) } }],
  [{ kvlistValue: { values: [{ key: 'user', value: { kvlistValue: { values: attributes({ plan: 'gold' }) } } }] } }],
  [{ stringValue: 'connect to 10.0.0.7:5432 timed out foo=bar' }, { attributes: attributes({ attempt: 3 }) }],
]

let running: Console

beforeAll(async () => {
  const data = mkdtempSync(join(tmpdir(), 'console-'))
  const retention = { maxAge: 3_600_000, maxBytes: 1e9 }
  running = await startConsole({ port: 0, otlpPort: 0, host: '127.0.0.1', data, retention })
  await send(running.otlpUrl, 'traces', {
    resourceSpans: [{ resource: resource('shop'), scopeSpans: [{ scope: { name: 'http' }, spans: web }] }],
  })
  const logRecords = lines.map(([body, more], index) => ({
    timeUnixNano: nanoseconds(now - 4000 + index),
    body,
    ...more,
  }))
  await send(running.otlpUrl, 'logs', { resourceLogs: [{ resource: resource('shop'), scopeLogs: [{ logRecords }] }] })
  return async () => {
    await running.close()
    rmSync(data, { recursive: true })
  }
})

function find(q: string) {
  return ask(running.url, '/api/traces', { q })
}

function findLogs(q: string) {
  return ask(running.url, '/api/logs', { q })
}

describe('traces', () => {
  const both = [TRACE, OTHER]
  test.each([
    // What the page shows, pasted.
    ['GET /items/:id', [TRACE]],
    ['/items/7', [TRACE]],
    ['https://shop.example/pay?x=1', [OTHER]],
    ['127.0.0.1:5432', [TRACE]],
    ['127.0.0.1:5433', []],
    [`00-${TRACE}-00f067aa0ba902b7-01`, [TRACE]],
    [TRACE.toUpperCase(), [TRACE]],
    ['4bf92f35-77b3-4da6-a3ce-929d0e0e4736', [TRACE]],
    ['b7ad6b7169203331', [OTHER]],
    [`trace:${OTHER.toUpperCase()}`, [OTHER]],
    // Keys.
    ['"my key":"a b"', [TRACE]],
    ['größe:5', [TRACE]],
    ['@user:jo', [TRACE]],
    // Operators.
    ['tenant.id=acme', [TRACE]],
    ['tenant.id!=acme', [OTHER]],
    ['-tenant.id:acme name:query', [TRACE]],
    ['tenant.id:*', both],
    ['-tenant.id:*', [TRACE]],
    ['tenant.id:a*e', [TRACE]],
    ['tenant.id:"a*e"', []],
    ['db.query.text~FROM', [TRACE]],
    ['db.query.text~"100%"', [TRACE]],
    ['db.query.text~"10_%"', []],
    ['db.query.text:*stock_items', [TRACE]],
    ['http.response.status_code>=400', [OTHER]],
    ['http.response.status_code:<400', []],
    ['retried:true', [OTHER]],
    ['service:sh*', both],
    ['service~HO', both],
    ['service!=shop', []],
    ['route:*', both],
    ['name!=GET', both],
    ['kind!=client', [TRACE]],
    ['status!=client-error', [TRACE]],
    ['scope:http', both],
    ['duration>200ms duration<1s', both],
    // Attributes of the process, with numbers.
    ['host.cpus:>4', both],
    ['host.cpus>8', []],
    ['process.pid:4711 service.version:2.0', both],
    // Combined.
    ['tenant.id:acme OR http.response.status_code:404', both],
    ['(tenant.id:acme OR tenant.id:other) kind:client', [OTHER]],
    ['-(tenant.id:acme OR kind:client)', []],
    ['NOT kind:client', [TRACE]],
    // Across the spans of one trace.
    ['tenant.id:acme && db.system.name:postgresql', [TRACE]],
    ['tenant.id:other && db.system.name:postgresql', []],
    ['tenant.id:acme && -db.system.name:postgresql', []],
  ])('%s', async (q, wanted) => {
    const { traces, complete } = await find(q)
    expect([traces.map(({ traceId }) => traceId).sort(), complete]).toEqual([wanted.toSorted(), true])
  })

  test('where no single span meets all conditions, traces that meet them apart are found, and it is said', async () => {
    const apart = await find('tenant.id:acme db.system.name:postgresql')
    expect([apart.traces.map(({ traceId }) => traceId), apart.across]).toEqual([[TRACE], true])
    const together = await find('tenant.id:acme kind:server')
    expect([together.traces.length, together.across]).toEqual([1, false])
    expect((await find('tenant.id:acme -db.system.name:postgresql http.response.status_code:404')).traces).toEqual([])
  })

  test('the largest of the whole range come first, with a search and without', async () => {
    for (const q of ['', 'service:shop']) {
      const ranked = await ask(running.url, '/api/traces', { q, sort: 'spans' })
      expect([ranked.traces.map(({ traceId }) => traceId), ranked.next]).toEqual([[TRACE, OTHER], null])
    }
    const { traces } = await ask(running.url, '/api/traces', { q: 'tenant.id:other', sort: 'duration' })
    expect(traces.map(({ traceId }) => traceId)).toEqual([OTHER])
  })

  test('what is not understood is said, with the nearest that is', async () => {
    expect((await find('tenent.id:acme')).hint).toBe(
      'No span has the attribute "tenent.id", so it was searched as text. The nearest is tenant.id.',
    )
    expect((await find('servce:shop')).hint).toMatch('The nearest is service.')
    expect((await find('service:shp')).hint).toBe('No service is called "shp". The nearest is shop.')
    expect((await find('service:shop tenant.id:acme')).hint).toBe(null)
    await expect(find('status:eror')).rejects.toThrow('The nearest is error.')
    await expect(find('http.response.status_code:>many')).rejects.toThrow('compares with a number')
    await expect(find('service>a')).rejects.toThrow('service is text: write service:a.')
    await expect(find('trace:42')).rejects.toThrow('it has 32 hex digits')
  })
})

describe('log lines', () => {
  test.each([
    ['"request failed"', 1],
    ['failed', 1],
    ['31m', 0],
    ['拒否', 1],
    ['支払い', 1],
    ['払支', 0],
    ['🔥', 1],
    ['💧', 0],
    ['orderId', 1],
    ['orderId:42', 1],
    ['orderId>41', 1],
    ['state:declined', 1],
    ['user.plan:gold', 1],
    ['user.plan:g*', 1],
    [TRACE, 1],
    [`00-${TRACE}-00f067aa0ba902b7-01`, 1],
    ['10.0.0.7:5432', 1],
    ['foo=bar', 1],
    ['foo:baz', 0],
    ['attempt:3', 1],
    ['attempt!=3', 0],
    ['level:warn', 2],
    ['level!=info', 2],
    ['level<warn', 3],
    ['failed OR timed', 2],
    ['-failed level:info', 4],
    ['(failed OR 拒否) level:error', 1],
    ['host.cpus:8', 5],
    ['service:shop', 5],
  ])('%s: %i', async (q, count) => {
    const { logs } = await findLogs(q)
    expect(logs.length).toBe(count)
    const { points } = await ask(running.url, '/api/logs/volume', { q })
    expect(points.reduce((sum, { time, ...levels }) => sum + Object.values(levels).reduce((a, b) => a + b), 0)).toBe(
      count,
    )
  })

  test('a line is found by the id that a link has', async () => {
    const [line] = (await findLogs('failed')).logs
    expect((await ask(running.url, '/api/line', { id: line?.id ?? '' })).line).toEqual(line)
    await expect(ask(running.url, '/api/line', { id: '9.9' })).rejects.toThrow('not stored any more')
  })

  test('the nearest key is named', async () => {
    expect((await findLogs('atempt:3')).hint).toMatch('No log line has the attribute "atempt"')
    await expect(findLogs('level:eror')).rejects.toThrow('The nearest is error.')
  })
})
