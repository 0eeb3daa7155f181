/**
 * The library's own encoder against OpenTelemetry's: the same spans, decoded, are the same.
 */

import { decodeLogs, decodeTraces } from '@lab/test-kit/otlp-decode'
import {
  createTraceState,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { describe, expect, test } from 'vitest'
import { Outcome } from '../server/outcomes.ts'
import { ExchangeSpan } from '../traces/exchange-span.ts'
import { Batch } from './record-batch.ts'

const resource = { 'service.name': 'orders', 'process.pid': 4711 }

function sdkSpans() {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  return { exporter, tracer: provider.getTracer('test', '1.2.3') }
}

describe('Batch', () => {
  test('encodes spans as the SDK does', () => {
    const { exporter, tracer } = sdkSpans()
    const parent = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
      traceState: createTraceState('vendor=a,other=b'),
    }
    const settings = {
      kind: SpanKind.SERVER,
      links: [{ context: { ...parent, isRemote: false }, attributes: { why: 'batch' } }],
      startTime: [1_795_487_653, 123_456_789] satisfies HrTime,
    }
    const span = tracer.startSpan('GET /wörld/:id', settings, trace.setSpanContext(ROOT_CONTEXT, parent))
    span.setAttributes({
      text: 'x'.repeat(300),
      yes: true,
      whole: 42,
      negative: -7,
      huge: 2 ** 53 - 1,
      half: 0.5,
      empty: '',
      list: ['a', 'b'],
      numbers: [1, 2.5],
    })
    span.addEvent('exception', { 'exception.message': 'späße 😀' }, [1_795_487_653, 200_000_001])
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' })
    span.end([1_795_487_654, 1])
    tracer.startSpan('plain').end()
    const finished = exporter.getFinishedSpans()
    const batch = new Batch(resource)
    for (const one of finished) batch.addSpan(one)
    const reference = ProtobufTraceSerializer.serializeRequest(finished)
    expect(decodeTraces(batch.take())).toEqual(decodeTraces(reference ?? new Uint8Array()))
    expect(batch.count).toBe(0)
  })

  test('encodes the span of an exchange as an SDK span with the same content', () => {
    const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
    const self = { ...parent, spanId: '00f067aa0ba902b7' }
    const before = Date.now()
    const span = new ExchangeSpan('GET', SpanKind.SERVER, self, { ...parent, isRemote: true }, performance.now())
    span.setAttribute('user.kind', 'guest')
    span.recordException(new TypeError('broken'))
    span.setStatus({ code: SpanStatusCode.ERROR })
    const ending = { method: 'GET', scheme: 'http', protocolVersion: '1.1', status: 500, errorType: 'TypeError' }
    span.finish(new Outcome({ ...ending, route: '/users/:id' }, undefined).span, performance.now())
    const batch = new Batch(resource)
    batch.addSpan(span)
    const [decoded] = decodeTraces(batch.take())
    expect(decoded).toMatchObject({
      traceId: parent.traceId,
      spanId: self.spanId,
      parentSpanId: parent.spanId,
      name: 'GET /users/:id',
      kind: 2,
      attributes: {
        'http.request.method': 'GET',
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
        'http.route': '/users/:id',
        'http.response.status_code': 500n,
        'error.type': 'TypeError',
        'user.kind': 'guest',
      },
      status: { code: 2 },
      flags: 0x301,
      scope: '@lab/observe',
      resource: { 'service.name': 'orders', 'process.pid': 4711n },
    })
    expect(decoded?.events).toMatchObject([
      { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'broken' } },
    ])
    const started = Number(BigInt(String(decoded?.startTimeUnixNano)) / 1_000_000n)
    // The clock is read more finely than Date.now() does, and may be a few milliseconds off.
    expect(started).toBeGreaterThan(before - 1000)
    expect(started).toBeLessThan(Date.now() + 1000)
  })

  test.each([
    { what: 'without a parent' },
    { what: 'with a remote parent', parent: { isRemote: true, traceState: createTraceState('vendor=a') } },
    { what: 'with a path and a long user agent', path: '/wörld/😀', agent: `Mozilla ${'x'.repeat(200)}` },
  ])('encodes a plain span of an exchange, $what, as one with something to add', ({ parent, path, agent }) => {
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
    const context = { ...ids, spanId: '00f067aa0ba902b7', ...(parent && { traceState: parent.traceState }) }
    const outcome = new Outcome(
      { method: 'GET', scheme: 'http', protocolVersion: '1.1', route: '/users/:id', status: 200, errorType: undefined },
      undefined,
    )
    const [started, ended] = [performance.now() - 1.25, performance.now()]
    const spans = ['plain', 'with an attribute'].map((kind) => {
      const from = parent && { ...ids, ...parent }
      const span = new ExchangeSpan('GET', SpanKind.SERVER, context, from, started, path, agent)
      if (kind !== 'plain') span.setAttribute('added', 'yes')
      span.finish(outcome.span, ended)
      expect(span.isPlain).toBe(kind === 'plain')
      const batch = new Batch(resource)
      batch.addSpan(span)
      return decodeTraces(batch.take())[0]
    })
    const [plain, other] = spans
    expect(other?.attributes).toMatchObject({ added: 'yes' })
    expect({ ...plain, attributes: { ...Object.assign({}, plain?.attributes), added: 'yes' } }).toEqual(other)
    expect(plain?.attributes).toMatchObject({ 'http.route': '/users/:id', ...(path && { 'url.path': path }) })
  })

  test('makes one request of two that follow each other', () => {
    const { exporter, tracer } = sdkSpans()
    const batch = new Batch(resource)
    tracer.startSpan('first').end()
    for (const span of exporter.getFinishedSpans()) batch.addSpan(span)
    const first = batch.take()
    exporter.reset()
    tracer.startSpan('second').end()
    for (const span of exporter.getFinishedSpans()) batch.addSpan(span)
    const names = decodeTraces(Buffer.concat([first, batch.take()])).map((span) => span.name)
    expect(names).toEqual(['first', 'second'])
  })

  test('makes log records of lines', () => {
    const batch = new Batch(resource)
    const ids = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331', trace_flags: '01' }
    const err = { type: 'TypeError', message: 'broken', stack: 'TypeError: broken\n    at x' }
    const line = { level: 'error', time: '2026-11-24T03:07:33.836Z', service: 'orders', ...ids, order: { id: 7 }, err }
    batch.addLine(`${JSON.stringify({ ...line, msg: 'went wrong' })}\n`)
    batch.addLine('not json\n')
    const [first, second] = decodeLogs(batch.take())
    expect(first).toMatchObject({
      timeUnixNano: '1795489653836000000',
      severityNumber: 17,
      severityText: 'error',
      body: 'went wrong',
      traceId: ids.trace_id,
      spanId: ids.span_id,
      flags: 1,
      attributes: {
        order: { id: 7n },
        'exception.type': 'TypeError',
        'exception.message': 'broken',
        'exception.stacktrace': err.stack,
      },
    })
    expect(first?.attributes).not.toHaveProperty('service')
    expect(second).toMatchObject({ body: 'not json', severityNumber: 9 })
  })

  test.each([
    { what: 'an id', fields: { trace_id: 'mine', span_id: 'B7AD6B7169203331', trace_flags: '  ' } },
    { what: 'the time', fields: { time: 'soon' } },
    { what: 'the level', fields: { level: { toString: 'none' } } },
    { what: 'the error', fields: { err: 'EPIPE' } },
    { what: 'what the resource says', fields: { service: 'tea', version: '7', environment: 'wet' } },
  ])('takes a field that is called like $what, and is none, for any other field', ({ fields }) => {
    const batch = new Batch(resource)
    batch.addLine(JSON.stringify({ level: 'info', time: new Date(), ...fields, msg: 'told' }))
    const [record] = decodeLogs(batch.take())
    expect(record).toMatchObject({ body: 'told', severityNumber: 9 })
    expect(record?.attributes).toEqual(fields)
  })

  test('says of an error what is its own', () => {
    const batch = new Batch(resource)
    const err = { type: 'Error', message: 'refused', stack: 'Error: refused', code: 'ECONNREFUSED', port: 1 }
    batch.addLine(JSON.stringify({ level: 'error', err, msg: 'told' }))
    expect(decodeLogs(batch.take())[0]?.attributes).toEqual({
      'exception.type': 'Error',
      'exception.message': 'refused',
      'exception.stacktrace': 'Error: refused',
      err: { code: 'ECONNREFUSED', port: 1n },
    })
  })
})

describe('values that callers should not pass', () => {
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  let deep: unknown[] = []
  for (let level = 0; level < 4000; level += 1) deep = [deep]
  const cyclic: Record<string, unknown> = {}
  for (let key = 0; key < 20; key += 1) cyclic[`key${key}`] = cyclic
  const throwing = {
    get value(): string {
      throw new Error('a getter that throws')
    },
  }

  function span(fields: object): never {
    const { exporter, tracer } = sdkSpans()
    tracer.startSpan('given').end()
    return Object.assign(Object.create(exporter.getFinishedSpans()[0] ?? {}), fields) as never
  }

  test.each([
    ['a name that is no string', { name: 7 }, 1],
    ['no name', { name: undefined }, 1],
    ['an Error as status message', { status: { code: 2, message: new Error('broken') } }, 1],
    ['a status code below 0', { status: { code: -1 } }, 1],
    ['an infinite kind', { kind: Number.POSITIVE_INFINITY }, 1],
    ['an event without a name', { events: [{ time: [0, 0] }] }, 1],
    ['an event of 1960', { events: [{ name: 'moon', time: [-315_619_200, 0] }] }, 1],
    ['an empty link', { links: [{}] }, 1],
    ['a link with ids that are no hex', { links: [{ context: { ...ids, traceId: 'z'.repeat(32) } }] }, 1],
    ['a link whose traceState is a string', { links: [{ context: { ...ids, traceState: 'vendor=a' } }] }, 1],
    ['ids that are no hex', { spanContext: () => ({ ...ids, spanId: 'not hex at all!!' }) }, 0],
    ['a deep attribute', { attributes: { deep } }, 1],
    ['a cyclic attribute', { attributes: { cyclic } }, 1],
    ['an attribute that throws', { attributes: { ok: 'yes', throwing } }, 1],
    ['a scope without a name', { instrumentationScope: { name: undefined } }, 1],
  ])('%s harms no other span', (_, fields, kept) => {
    const batch = new Batch(resource)
    batch.addSpan(span({ name: 'before' }))
    batch.addSpan(span(fields))
    batch.addSpan(span({ name: 'after' }))
    expect(batch.count).toBe(2 + kept)
    expect(batch.invalid.count).toBe(1 - kept)
    const names = decodeTraces(batch.take()).map(({ name }) => name)
    expect(names).toHaveLength(2 + kept)
    expect(names).toEqual(expect.arrayContaining(['before', 'after']))
  })

  test('counts what it leaves out of a span', () => {
    const batch = new Batch(resource)
    batch.addSpan(span({ attributes: { ok: 'yes', throwing }, links: [{}, { context: ids }] }))
    const [decoded] = decodeTraces(batch.take())
    expect(decoded).toMatchObject({ attributes: { ok: 'yes' }, droppedAttributesCount: 1, droppedLinksCount: 1 })
    expect(decoded?.links).toHaveLength(1)
  })

  test('a deep field of a log line costs neither the line nor the process', () => {
    const batch = new Batch(resource)
    batch.addLine(`{"msg":"deep","field":${'['.repeat(4000)}${']'.repeat(4000)}}`)
    batch.addLine('{"msg":"after"}')
    expect(decodeLogs(batch.take()).map(({ body }) => body)).toEqual(['deep', 'after'])
  })
})

describe('hostile spans of another SDK', () => {
  const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  const { exporter, tracer } = sdkSpans()
  tracer.startSpan('span').end()
  const [span] = exporter.getFinishedSpans()
  if (span === undefined) throw new Error('the SDK gave no span')
  const like = (fields: object) => Object.assign(Object.create(span), fields)

  test('a link whose ids have another length is left out and counted', () => {
    const links = [
      { context },
      { context: { ...context, traceId: 'abcd' } },
      { context: { ...context, spanId: 'b7ad6b71692033310000' } },
    ]
    const batch = new Batch(resource)
    batch.addSpan(like({ links }))
    const [decoded] = decodeTraces(batch.take())
    expect(decoded?.links).toHaveLength(1)
    expect(decoded?.droppedLinksCount).toBe(2)
  })

  test('a span whose ids have another length is left out alone', () => {
    const batch = new Batch(resource)
    batch.addSpan(like({ spanContext: () => ({ ...context, spanId: 'b7ad' }) }))
    batch.addSpan(span)
    expect(decodeTraces(batch.take())).toHaveLength(1)
    expect(batch.invalid.count).toBe(1)
  })

  test('a scope for each span costs no memory beyond its request', () => {
    const batch = new Batch(resource)
    const grown: number[] = []
    for (let request = 0; request < 5; request += 1) {
      for (let index = 0; index < 2000; index += 1) {
        batch.addSpan(like({ instrumentationScope: { name: `scope ${request} ${index}` } }))
      }
      expect(batch.bytes).toBeGreaterThan(2000 * 512)
      batch.take()
      grown.push(batch.scopes)
    }
    batch.take()
    expect(grown).toEqual([2000, 2000, 2000, 2000, 2000])
    expect(batch.scopes).toBe(0)
  })
})

test('a log record is limited in attributes and in the length of their texts', () => {
  const batch = new Batch({}, { attributes: 2, valueLength: 3 })
  batch.addLine(
    JSON.stringify({
      level: 'info',
      time: '2026-11-29T08:00:00.000Z',
      one: '12345',
      two: ['12345'],
      three: 3,
      msg: 'whole',
    }),
  )
  const [decoded] = decodeLogs(batch.take())
  expect(decoded?.attributes).toEqual({ one: '123', two: ['123'] })
})
