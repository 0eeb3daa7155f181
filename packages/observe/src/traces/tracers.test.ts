/**
 * Spans of OpenTelemetry's API and of `obs.span()`: judged as the span of an exchange is, on one clock, and within their limits.
 */
import { decodeTraces } from '@lab/test-kit/otlp-decode'
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Batch } from '../otlp/record-batch.ts'
import { DEFAULT_SPAN_LIMITS, type SpanLimits } from '../settings/span-limits.ts'
import type { EncodableSpan } from './encodable-span.ts'
import { Traces } from './traces.ts'

let ended: EncodableSpan[]
let traces: Traces

function tracesWith(limits: SpanLimits = DEFAULT_SPAN_LIMITS, ratio = 1): Traces {
  ended = []
  const sampling = { ratio, parentBased: true }
  return new Traces({ sampling, limits, provider: undefined, sink: (span) => void ended.push(span) })
}

beforeEach(() => {
  traces = tracesWith()
})
afterEach(() => vi.useRealTimers())

function decoded() {
  const batch = new Batch({})
  for (const span of ended) batch.addSpan(span)
  expect(batch.invalid).toEqual({ count: 0, reason: '' })
  return decodeTraces(batch.take())
}

/** A date that is none: it has the prototype, and its methods throw. */
const falseDate: unknown = Object.create(Date.prototype)

function refuse(): never {
  throw new Error('refused')
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

const refusing = new Proxy(new Error('x'), { get: refuse, ownKeys: refuse, has: refuse, getPrototypeOf: refuse })
const anything: unknown[] = [
  undefined,
  null,
  7,
  10n,
  Symbol('s'),
  {},
  [],
  [1, -1],
  [0, 2e9],
  new Date(Number.NaN),
  new Date('1960-01-01'),
  falseDate,
  refusing,
  revoked(),
  () => 1,
  { context: {} },
  '__proto__',
]

test('any method of a tracer and its span takes any value, and the next span arrives', () => {
  for (const value of anything as never[]) {
    const tracer = traces.provider.getTracer(value, value, value)
    const span = tracer.startSpan(value, { kind: value, attributes: value, links: value, startTime: value }, value)
    tracer.startSpan('options', value).end()
    span.setAttribute(value, value).setAttribute('k', value).setAttributes(value).setAttributes({ k: value })
    span.addEvent(value, value, value).addEvent('e', value).addEvent('e', { k: value }, value)
    span.addLink(value).addLinks(value).addLinks([value]).addLink({ context: value, attributes: value })
    span.setStatus(value).setStatus({ code: SpanStatusCode.ERROR, message: value }).updateName(value)
    span.recordException(value, value)
    span.end(value)
    span.end(value)
    expect(tracer.startActiveSpan(value, (active: Span) => active.end())).toBe(undefined)
    if (typeof value !== 'function') expect(tracer.startActiveSpan('no function', value)).toBe(undefined)
    traces.tracer.startSpan('next').end()
  }
  const spans = decoded()
  expect(spans.filter(({ name }) => name === 'next')).toHaveLength(anything.length)
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    expect(BigInt(String(endTimeUnixNano))).toBeGreaterThanOrEqual(BigInt(String(startTimeUnixNano)))
  }
})

test('attributes may be any AnyValue, and are copied when they are set', () => {
  const list = [1, 'two', null, { three: [true] }]
  const span = traces.tracer.startSpan('values', { attributes: { list, bytes: new Uint8Array([1, 2]) } })
  list.push('later')
  span.setAttribute('map', { text: 'x', deep: { number: 1.5 } })
  span.setAttribute('__proto__', 'a name').setAttribute('constructor', 'another')
  span.setAttribute('instance', new Map()).setAttribute('function', () => 1)
  span.end()
  const [{ attributes } = { attributes: {} }] = decoded()
  expect(Object.keys(attributes as object).sort()).toEqual(['__proto__', 'bytes', 'constructor', 'list', 'map'])
  expect(ended[0]?.attributes.list).toEqual([1, 'two', null, { three: [true] }])
})

test('a span is what the SDK would have made of the same calls', () => {
  const exporter = new InMemorySpanExporter()
  const resource = resourceFromAttributes({})
  const sdk = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  for (const provider of [sdk, traces.provider]) {
    const tracer = provider.getTracer('lib', '1.2', { schemaUrl: 'https://schema' })
    const attributes = { text: 'x', list: ['a', 'b'], half: 0.5 }
    const options = { kind: SpanKind.PRODUCER, attributes, links: [{ context: parent, attributes }] }
    const times = [1_795_487_653, 123_456_789] satisfies [number, number]
    const span = tracer.startSpan(
      'send',
      { ...options, startTime: times },
      trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }),
    )
    span.addEvent('event', { more: true }, times).recordException(new TypeError('no'), times)
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'why' }).setStatus({ code: SpanStatusCode.UNSET })
    span.end([1_795_487_654, 1])
    expect(span.isRecording()).toBe(false)
  }
  const batch = new Batch({})
  for (const span of exporter.getFinishedSpans()) batch.addSpan(span)
  const [theirs] = decodeTraces(batch.take())
  const [ours] = decoded()
  expect(ours).toMatchObject({ name: 'send', kind: 4, status: { code: 2, message: 'why' }, traceId: parent.traceId })
  const withoutStack = (span: object | undefined) => ({ ...span, spanId: undefined, events: undefined })
  expect(withoutStack(ours)).toEqual(withoutStack(theirs))
})

test('a new trace says that its id is random, and its children too', () => {
  const root = traces.tracer.startSpan('root')
  expect(root.spanContext().traceFlags).toBe(TraceFlags.SAMPLED | 2)
  const child = traces.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root))
  expect(child.spanContext()).toMatchObject({ traceId: root.spanContext().traceId, traceFlags: 3 })
  const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  const continued = traces.tracer.startSpan('continued', {}, trace.setSpanContext(ROOT_CONTEXT, remote))
  expect(continued.spanContext().traceFlags).toBe(1)
})

test('root, a ratio and invalid parents are respected', () => {
  const parent = trace.setSpan(ROOT_CONTEXT, traces.tracer.startSpan('parent'))
  const root = traces.tracer.startSpan('root', { root: true }, parent)
  expect(root.spanContext().traceId).not.toBe(trace.getSpanContext(parent)?.traceId)
  const none = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'x', spanId: 'y', traceFlags: 1 })
  expect(traces.tracer.startSpan('new', {}, none).spanContext().traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(tracesWith(DEFAULT_SPAN_LIMITS, 0).tracer.startSpan('unsampled').isRecording()).toBe(false)
})

test('a step of the system clock puts no child before its parent and no end before its start', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const begun = {
    startedMs: performance.now(),
    method: 'GET',
    scheme: 'http',
    path: '/',
    userAgent: undefined,
    link: undefined,
  }
  const server = traces.startExchange('GET', undefined, begun)
  for (const step of [-3_600_000, 7_200_000]) {
    vi.setSystemTime(Date.now() + step)
    // The clocks are compared once a second.
    const until = performance.now() + 1100
    while (performance.now() < until) traces.tracer.startSpan('other').end()
    ended.length = 0
    traces.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, server)).end()
    const [child] = ended
    const started = milliseconds(child?.startTime)
    expect(milliseconds(child?.endTime)).toBeGreaterThanOrEqual(started)
    expect(started).toBeGreaterThanOrEqual(
      milliseconds('startTime' in server ? (server.startTime as never) : undefined),
    )
    expect(started - milliseconds('startTime' in server ? (server.startTime as never) : undefined)).toBeLessThan(60_000)
  }
})

function milliseconds([seconds, nanos]: [number, number] = [0, 0]): number {
  return seconds * 1000 + nanos / 1e6
}

test('an end before the start is moved to the start', () => {
  traces.tracer.startSpan('span', { startTime: new Date('2100-01-01') }).end()
  expect(ended[0]?.endTime).toEqual(ended[0]?.startTime)
})

test('counts and lengths are limited, and what is left out is counted', () => {
  const limits = { attributes: 2, eventAttributes: 1, linkAttributes: 1, valueLength: 4, events: 1, links: 1 }
  traces = tracesWith(limits)
  const attributes = { one: '12345', two: ['\u{1f600}\u{1f600}\u{1f600}'], three: 3 }
  const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  const span = traces.tracer.startSpan('span', { attributes, links: [{ context, attributes }, { context }] })
  span.addEvent('event of a long name', attributes).addEvent('second')
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'a long message' })
  span.end()
  expect(ended[0]).toMatchObject({
    attributes: { one: '1234', two: ['\u{1f600}\u{1f600}'] },
    droppedAttributesCount: 1,
    events: [{ name: 'even', attributes: { one: '1234' }, droppedAttributesCount: 2 }],
    droppedEventsCount: 1,
    links: [{ attributes: { one: '1234' }, droppedAttributesCount: 2 }],
    droppedLinksCount: 1,
    status: { message: 'a lo' },
  })
  const begun = { startedMs: 0, method: 'GET', scheme: 'http', path: '/12345', userAgent: 'agent', link: undefined }
  const server = traces.startExchange('GET', undefined, begun)
  expect(server).toMatchObject({ path: '/123', userAgent: 'agen' })
  expect(decoded()).toHaveLength(1)
})

test('the provider flushes what waits', async () => {
  let flushed = 0
  const flush = async () => {
    flushed += 1
  }
  const { provider } = new Traces({
    sampling: { ratio: 1, parentBased: true },
    provider: undefined,
    sink: undefined,
    flush,
  })
  const { forceFlush, shutdown } = provider as unknown as Record<string, () => Promise<void>>
  await forceFlush?.call(provider)
  await shutdown?.call(provider)
  expect(flushed).toBe(2)
})
