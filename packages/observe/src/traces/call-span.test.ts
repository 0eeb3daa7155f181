/**
 * The span of a call against the one that OpenTelemetry's SDK makes: the same on the wire, whichever way it is encoded.
 */
import { decodeTraces } from '@lab/test-kit/otlp-decode'
import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { Batch } from '../otlp/record-batch.ts'
import { DEFAULT_SPAN_LIMITS } from '../settings/span-limits.ts'
import type { EncodableSpan } from './encodable-span.ts'
import { Traces } from './traces.ts'

const parent = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
})

interface Call {
  name: string
  url?: string
  attributes: Attributes
  /** Set on the span before it ends. */
  own?: Attributes
  failed?: boolean
}

const fetched = { 'http.request.method': 'GET', 'server.address': 'stock', 'server.port': 80 }

function recorded({ name, url, attributes, own = {}, failed = false }: Call, limits = DEFAULT_SPAN_LIMITS) {
  const ended: EncodableSpan[] = []
  const sampling = { ratio: 1, parentBased: true }
  const traces = new Traces({ sampling, limits, provider: undefined, sink: (span) => void ended.push(span) })
  const startedMs = performance.now()
  const span = traces.startCall(parent, startedMs, { url, describe: () => ({ name, attributes }) })
  span.setAttributes(own)
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' })
  traces.endCall(span, traces.sharedByCalls(name, attributes), startedMs, startedMs + 12.5)
  expect(ended).toHaveLength(1)
  return ended
}

function sentByTheSdk(
  { name, url, attributes, own = {}, failed = false }: Call,
  { startTime, endTime }: EncodableSpan,
) {
  const exporter = new InMemorySpanExporter()
  const resource = resourceFromAttributes({})
  const sdk = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const all = { ...attributes, ...(url !== undefined && { 'url.full': url }), ...own }
  const tracer = sdk.getTracer('@lab/observe')
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: all, startTime }, parent)
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' })
  span.end(endTime)
  return exporter.getFinishedSpans()
}

function decoded(spans: readonly EncodableSpan[]): object | undefined {
  const batch = new Batch({})
  for (const span of spans) batch.addSpan(span)
  expect(batch.invalid).toEqual({ count: 0, reason: '' })
  return { ...decodeTraces(batch.take())[0], spanId: undefined }
}

test.each<[string, Call]>([
  [
    'a call',
    { name: 'GET', url: 'http://stock/items/7', attributes: { ...fetched, 'http.response.status_code': 200 } },
  ],
  ['a query', { name: 'SELECT stock', attributes: { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT ?' } }],
  [
    'one that failed',
    { name: 'GET', url: 'http://stock/', attributes: { ...fetched, 'error.type': 'X' }, failed: true },
  ],
  ['one with an attribute of its own', { name: 'GET', url: 'http://stock/', attributes: fetched, own: { tries: 2 } }],
])('%s is on the wire what the SDK sends', (_, call) => {
  const ours = recorded(call)
  const [span] = ours
  if (span === undefined) throw new Error('no span')
  const theirs = decoded(sentByTheSdk(call, span))
  expect(decoded(ours)).toEqual(theirs)
  expect(theirs).toMatchObject({ name: call.name, kind: 3 })
})

test('texts are cut, those of the URL and those that calls share', () => {
  const long = 'x'.repeat(100)
  const limits = { ...DEFAULT_SPAN_LIMITS, valueLength: 20 }
  const spans = recorded({ name: 'GET', url: `http://${long}/`, attributes: { 'db.query.text': long } }, limits)
  expect(decoded(spans)).toMatchObject({
    attributes: { 'url.full': `http://${long}`.slice(0, 20), 'db.query.text': long.slice(0, 20) },
  })
})

test('with a provider of the user’s it ends when the call did, not when that is reported', () => {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    resource: resourceFromAttributes({}),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const traces = new Traces({ sampling: { ratio: 1, parentBased: true }, provider, sink: undefined })
  const endedMs = performance.now() - 5000
  const startedMs = endedMs - 12.5
  const span = traces.startCall(parent, startedMs, {
    url: undefined,
    describe: () => ({ name: 'GET', attributes: {} }),
  })
  traces.endCall(span, traces.sharedByCalls('GET', fetched), startedMs, endedMs)
  const [{ duration, attributes } = { duration: undefined, attributes: {} }] = exporter.getFinishedSpans()
  expect(duration).toEqual([0, expect.closeTo(12_500_000, -4)])
  expect(attributes).toMatchObject(fetched)
})
