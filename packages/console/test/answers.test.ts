/**
 * What the page asks, over a shop's telemetry that was sent through the front door.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Console, startConsole } from '../src/console.ts'
import type { MapEdge, Problem, Queries } from '../src/contract/contract.ts'
import { ask as askAt, runConsole, send as sendTo } from './running-console.ts'
import { type Journey, type Json, journey, requestsOf } from './shop.ts'

const now = Date.now()
const reading = Array.from({ length: 60 }, (_, n) => journey({ at: now - 600_000 + n * 10_000, luck: n / 100 }))
const ordering = Array.from({ length: 20 }, (_, n) => journey({ at: now - 600_000 + n * 30_000, luck: 0.7 + n / 100 }))
const failing = Array.from({ length: 4 }, (_, n) => journey({ at: now - 300_000 + n * 30_000, luck: 0.95 + n / 100 }))

const firstLine = JSON.stringify(ordering[0]?.logs.get('orders')?.[0]?.body)
const product = /placed for ([\w-]+)/.exec(firstLine)?.[1]

let running: Console

function ask<Path extends keyof Queries>(path: Path, query: Queries[Path]['query']) {
  return askAt(running.url, path, query)
}

describe('a shop', () => {
  beforeAll(async () => {
    const data = mkdtempSync(join(tmpdir(), 'console-'))
    running = await startConsole({
      port: 0,
      otlpPort: 0,
      host: '127.0.0.1',
      data,
      retention: { maxAge: 3_600_000, maxBytes: 1e9 },
    })
    // Each service exports for itself, so parts of a trace arrive in any order.
    const { traces, logs } = requestsOf([...reading, ...ordering, ...failing])
    for (const part of [...(traces.resourceSpans as object[])].reverse())
      await sendTo(running.otlpUrl, 'traces', { resourceSpans: [part] })
    await sendTo(running.otlpUrl, 'logs', logs)
    return async () => {
      await running.close()
      rmSync(data, { recursive: true })
    }
  })

  test('services with their figures', async () => {
    const { services } = await ask('/api/services', {})
    expect(services.map(({ name, count, errors }) => [name, count, errors])).toEqual([
      ['gateway', 84, 4],
      ['inventory', 84, 0],
      ['notifier', 20, 0],
      ['orders', 24, 4],
      ['payments', 24, 4],
    ])
    const [gateway] = services
    expect(gateway?.rate).toBeCloseTo(84 / 600, 1)
    expect(gateway?.sparkline.reduce((sum, count) => sum + count)).toBe(84)
    expect(gateway?.p99).toBeGreaterThan(gateway?.p95 ?? 0)
  })

  test('who calls whom, with database and queue', async () => {
    const { nodes, edges } = await ask('/api/map', {})
    const calls = edges.map(({ from, to, count, errors }: MapEdge) => `${from} > ${to} ${count} ${errors}`).sort()
    expect(calls).toEqual([
      'queue:receipts > service:notifier 20 0',
      'service:gateway > service:inventory 60 0',
      'service:gateway > service:orders 24 4',
      'service:inventory > database:postgresql shop 84 0',
      'service:orders > database:postgresql shop 24 0',
      'service:orders > queue:receipts 20 0',
      'service:orders > service:inventory 24 0',
      'service:orders > service:payments 24 4',
    ])
    expect(nodes.find(({ kind }) => kind === 'database')).toMatchObject({ label: 'postgresql shop', count: 108 })
    expect(nodes.find(({ id }) => id === 'service:gateway')).toMatchObject({ kind: 'service', count: 84 })
  })

  test.each([5, 9, 10, 11, 16.7, 60, 700, 1440])(
    'over %i minutes map, table, routes and chart count alike',
    async (minutes) => {
      const range = { from: now - minutes * 60_000, to: now }
      const { services } = await ask('/api/services', range)
      const { nodes, services: listed } = await ask('/api/map', range)
      expect(listed).toEqual(services)
      expect(services.length).toBe(5)
      for (const { name, sparkline, lastSeen, ...figures } of services) {
        expect(nodes.find(({ id }) => id === `service:${name}`)).toMatchObject(figures)
        expect(sparkline.reduce((sum, count) => sum + count)).toBe(figures.count)
        const { routes } = await ask('/api/routes', { service: name, ...range })
        expect(routes.reduce((sum, { count }) => sum + count, 0)).toBe(figures.count)
        expect((await ask('/api/red', { service: name, ...range })).total).toEqual(figures)
      }
    },
  )

  test('routes, and one of them over time with exemplars that lead to traces', async () => {
    const { routes } = await ask('/api/routes', { service: 'gateway' })
    expect(routes.map(({ route, count, errors }) => [route, count, errors])).toEqual([
      ['GET /products', 60, 0],
      ['POST /orders', 24, 4],
    ])
    const red = await ask('/api/red', { service: 'gateway', route: 'POST /orders' })
    expect(red.points.reduce((sum, { count }) => sum + count, 0)).toBe(24)
    expect(red.total).toMatchObject({ count: 24, errors: 4 })
    expect(red.exemplars.filter(({ error }) => error)).toHaveLength(4)
    const [exemplar] = red.exemplars
    const { spans } = await ask('/api/trace', { id: exemplar?.traceId ?? '' })
    const span = spans.find(({ spanId }) => spanId === exemplar?.spanId)
    expect(span).toMatchObject({ service: 'gateway', duration: expect.closeTo(exemplar?.value ?? 0, 3) })
    const wide = await ask('/api/red', { service: 'gateway', from: now - 86_400_000, to: now, step: 3_600_000 })
    expect(wide.step).toBe(3_600_000)
    expect(wide.total.count).toBe(84)
  })

  test('percentiles are within a few per cent', async () => {
    const durations = reading.map(rootDuration).sort((a, b) => a - b)
    const [products] = (await ask('/api/routes', { service: 'gateway' })).routes
    expect(Math.abs((products?.p50 ?? 0) / (durations[29] ?? 1) - 1)).toBeLessThan(0.1)
    expect(Math.abs((products?.p99 ?? 0) / (durations[59] ?? 1) - 1)).toBeLessThan(0.1)
  })

  test('a trace with its logs, critical path and gaps', async () => {
    const id = ordering[3]?.traceId ?? ''
    const { spans, logs, criticalPath, gaps, duration, start } = await ask('/api/trace', { id })
    expect(new Set(spans.map(({ service }) => service))).toEqual(
      new Set(['gateway', 'orders', 'inventory', 'payments', 'notifier']),
    )
    expect(spans[0]).toMatchObject({ name: 'POST /orders', parentId: null, service: 'gateway' })
    expect(logs.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^order \d+ placed/),
      expect.stringMatching(/^receipt/),
    ])
    const named = (spanId: string) => spans.find((span) => span.spanId === spanId)?.name
    expect(named(criticalPath[0]?.spanId ?? '')).toBe('POST /orders')
    expect(named(criticalPath.at(-1)?.spanId ?? '')).toBe('process receipts')
    expect(criticalPath.at(-1)?.end).toBeCloseTo(start + duration, 2)
    for (const [index, piece] of criticalPath.entries()) {
      expect(piece.end).toBeGreaterThan(piece.start)
      expect(piece.start).toBeGreaterThanOrEqual((criticalPath[index - 1]?.end ?? 0) - 0.001)
    }
    expect(gaps.length).toBeGreaterThan(0)
    await expect(ask('/api/trace', { id: `${'0'.repeat(31)}1` })).rejects.toThrow('404')
    await expect(ask('/api/trace', { id: 'nonsense' })).rejects.toThrow('a trace id has 32 hex digits')
  })

  test.each([
    ['', 84],
    ['service:payments', 24],
    ['service:payments status:error', 4],
    ['status:error', 4],
    ['-status:error service:payments', 20],
    ['route:"GET /products"', 60],
    ['kind:consumer', 20],
    ['name:GET kind:client', 60],
    ['receipts', 20],
    ['http.response.status_code:502', 4],
    ['http.response.status_code:>=500', 4],
    ['server.port:3000 service:orders', 24],
    ['deployment.environment.name:sample service:notifier', 20],
    ['product.id:none', 0],
    ['service:absent', 0],
    ['duration:>10s', 0],
    ['duration:<1us', 0],
    [ordering[0]?.traceId ?? '', 1],
  ])('traces that match %j: %i', async (q, count) => {
    const { traces, complete, next } = await ask('/api/traces', { q, limit: 200 })
    expect(traces).toHaveLength(count)
    expect([complete, next]).toEqual([true, null])
  })

  test('a list of traces goes on where it ended', async () => {
    const seen = new Set<string>()
    let before: string | null = ''
    for (let page = 0; page < 10 && before !== null; page++) {
      const answer: Queries['/api/traces']['answer'] = await ask('/api/traces', {
        limit: 20,
        ...(before ? { before } : {}),
      })
      for (const { traceId } of answer.traces) seen.add(traceId)
      before = answer.next
    }
    expect(seen.size).toBe(84)
    const { traces } = await ask('/api/traces', { q: 'service:notifier', limit: 1 })
    expect(traces).toMatchObject([
      { name: 'POST /orders', service: 'gateway', route: 'POST /orders', errors: 0, spanId: expect.any(String) },
    ])
    expect(traces[0]?.services).toEqual(['gateway', 'inventory', 'notifier', 'orders', 'payments'])
  })

  test.each([
    ['', 168],
    ['placed', 24],
    ['plac', 24],
    ['"order placed"', 0],
    [`"placed for ${product}"`, undefined],
    ['level:error', 4],
    ['level:error declined', 4],
    ['-declined service:payments', 0],
    ['service:inventory cache:miss', 60],
    ['exception.type:PaymentDeclined', 4],
    ['level:fatal', 0],
    [`trace:${ordering[0]?.traceId}`, 2],
    ['O\'Brien "quotes" * NEAR(', 0],
  ])('log lines that match %j', async (q, count) => {
    const { logs } = await ask('/api/logs', { q, limit: 1000 })
    if (count === undefined) expect(logs.length).toBeGreaterThan(0)
    else expect(logs).toHaveLength(count)
    const { points, complete } = await ask('/api/logs/volume', { q })
    const counted = points.reduce((sum, { time, ...levels }) => sum + Object.values(levels).reduce((a, b) => a + b), 0)
    expect([counted, complete]).toEqual([logs.length, true])
  })

  test('log lines come by their own time, not by arrival, page after page', async () => {
    const times: number[] = []
    const ids = new Set<string>()
    for (let before: string | null = ''; before !== null; ) {
      const answer: Queries['/api/logs']['answer'] = await ask('/api/logs', {
        limit: 25,
        ...(before ? { before } : {}),
      })
      for (const { time, id } of answer.logs) {
        times.push(time)
        ids.add(id)
      }
      before = answer.next
    }
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect([times.length, ids.size]).toEqual([168, 168])
  })

  test('errors by type and place', async () => {
    const { errors } = await ask('/api/errors', { service: 'payments' })
    expect(errors).toMatchObject([
      {
        type: 'PaymentDeclined',
        place: 'authorise (/shop/payments/src/authorise.ts:41)',
        message: 'The card was declined: insufficient funds',
        count: 4,
      },
    ])
    expect(errors[0]?.sparkline.reduce((sum, count) => sum + count)).toBe(4)
    expect(failing.map(({ traceId }) => traceId)).toContain(errors[0]?.traceId)
  })

  test('one search box', async () => {
    const byText = await ask('/api/search', { q: 'pay' })
    expect(byText.services).toEqual(['payments'])
    expect(byText.errors.length).toBeGreaterThan(0)
    const byRoute = await ask('/api/search', { q: '/reserv' })
    expect(byRoute.routes).toEqual([{ service: 'inventory', route: 'POST /reservations' }])
    expect((await ask('/api/search', { q: 'status:error' })).traces).toHaveLength(4)
    const id = failing[0]?.traceId ?? ''
    expect((await ask('/api/search', { q: ` ${id.toUpperCase()} ` })).traceId).toBe(id)
    const { spans } = await ask('/api/trace', { id })
    expect((await ask('/api/search', { q: spans[2]?.spanId ?? '' })).traceId).toBe(id)
    expect((await ask('/api/search', { q: '' })).traces).toEqual([])
  })

  test('fields to complete a search with', async () => {
    const { values } = await ask('/api/fields', { signal: 'spans' })
    expect(values.map(({ value }) => value)).toContain('http.route')
    const valuesOf = async (key: string, signal: 'spans' | 'logs' = 'spans') =>
      (await ask('/api/fields', { signal, key })).values
    expect(await valuesOf('http.route')).toContainEqual({ value: '/products', count: 60 })
    expect(await valuesOf('route')).toContainEqual({ value: 'GET /products', count: 60 })
    expect(await valuesOf('service')).toContainEqual({ value: 'payments', count: 24 })
    expect(await valuesOf('service', 'logs')).toContainEqual({ value: 'payments', count: 4 })
    expect(await valuesOf('name')).toContainEqual({ value: 'GET /products', count: 60 })
  })

  test.each([
    ['/api/red', {}, /parameter service is missing/],
    ['/api/traces', { q: 'duration:>soon' }, /"soon" is not a duration/],
    ['/api/traces', { q: 'status:broken' }, /"broken" is not a status. Write one of: unset, ok, error, client-error/],
    ['/api/traces', { q: 'trace:42' }, /is not a trace id: it has 32 hex digits/],
    ['/api/traces', { limit: 0 }, /parameter limit cannot be "0"/],
    ['/api/traces', { from: 5, to: 4 }, /range is empty/],
    ['/api/logs', { before: 'x' }, /parameter before cannot be "x"/],
    ['/api/fields', { signal: 'spam' }, /parameter signal cannot be "spam"/],
  ])('%s with %j says what is wrong', async (path, query, reason) => {
    const response = await fetch(
      `${running.url}${path}?${new URLSearchParams(Object.entries(query).map(([k, v]): [string, string] => [k, String(v)]))}`,
    )
    expect(response.status).toBe(400)
    const { error }: Problem = JSON.parse(await response.text())
    expect(error).toMatch(reason)
  })
})

test('4xx is a client error and 5xx an error, on the map, in table, chart, errors and traces alike', async () => {
  const { query, send } = await runConsole()
  const answering = (status: number) => {
    const story = journey({ at: Date.now() - 60_000, luck: 0.1 })
    const codes = { key: 'http.response.status_code', value: { intValue: String(status) } }
    const spans = [...story.spans].map(([service, list]): [string, Json[]] => [
      service,
      list
        .filter(({ kind, attributes }) => kind === 2 || !JSON.stringify(attributes).includes('db.'))
        .map((span) => ({
          ...span,
          attributes: [...(Array.isArray(span.attributes) ? span.attributes : []), codes],
          // As the conventions have it: 4xx is an error for the caller and none for the server; 5xx is one for both.
          status: span.kind === 3 || status >= 500 ? { code: 2 } : {},
        })),
    ])
    return { ...story, spans: new Map(spans), logs: new Map() }
  }
  await send('traces', requestsOf([answering(404), answering(404), answering(503)]).traces)
  const { services, edges } = await query('/api/map', {})
  expect(services.map(({ name, count, errors }) => [name, count, errors])).toEqual([
    ['gateway', 3, 1],
    ['inventory', 3, 1],
  ])
  expect(edges.map(({ count, errors }) => [count, errors])).toEqual([[3, 1]])
  expect((await query('/api/red', { service: 'inventory' })).total).toMatchObject({ count: 3, errors: 1 })
  expect((await query('/api/errors', {})).errors.map(({ type }) => type)).toEqual(['HTTP 503', 'HTTP 503', 'HTTP 503'])
  const found = async (q: string) => (await query('/api/traces', { q })).traces.map(({ errors }) => errors)
  expect(await found('status:error')).toEqual([3])
  expect(await found('status:client-error')).toEqual([0, 0])
})

test('where clocks disagree, the list has the start and duration that the trace has', async () => {
  const { query, send } = await runConsole()
  const story = journey({ at: Date.now() - 60_000, luck: 0.1 })
  const moved = (span: Json, by: bigint) => ({
    ...span,
    startTimeUnixNano: String(BigInt(String(span.startTimeUnixNano)) + by),
    endTimeUnixNano: String(BigInt(String(span.endTimeUnixNano)) + by),
  })
  const inventory = (story.spans.get('inventory') ?? []).map((span) => moved(span, -5_000_000_000n))
  await send('traces', requestsOf([{ ...story, spans: new Map([...story.spans, ['inventory', inventory]]) }]).traces)
  const [listed] = (await query('/api/traces', {})).traces
  const { start, duration, clocks } = await query('/api/trace', { id: story.traceId })
  expect(clocks).toHaveLength(1)
  expect(duration).toBeCloseTo(rootDuration(story), 2)
  expect(listed?.start).toBeCloseTo(start, 3)
  expect(listed?.duration).toBeCloseTo(duration, 3)
})

test('an empty console answers everything with nothing', async () => {
  const { query } = await runConsole()
  expect(await query('/api/map', {})).toEqual({ services: [], nodes: [], edges: [] })
  expect((await query('/api/services', {})).services).toEqual([])
  expect(await query('/api/traces', {})).toMatchObject({ traces: [], next: null, complete: true })
  expect(await query('/api/logs', {})).toMatchObject({ logs: [], next: null, complete: true })
  expect((await query('/api/red', { service: 'absent' })).total.count).toBe(0)
  expect((await query('/api/errors', {})).errors).toEqual([])
})

function rootDuration({ spans }: Journey): number {
  const root = spans.get('gateway')?.[0]
  return Number(BigInt(String(root?.endTimeUnixNano)) - BigInt(String(root?.startTimeUnixNano))) / 1e6
}
