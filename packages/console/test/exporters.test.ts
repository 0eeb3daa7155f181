/**
 * Data from the real exporters: OpenTelemetry JS 3 and 2, and Python's where it is installed.
 */

import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { BatchSpanProcessor as BatchSpanProcessor2, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { OTLPLogExporter as OTLPLogExporter2 } from 'otel2-exporter-logs-otlp-http'
import { OTLPMetricExporter as OTLPMetricExporter2 } from 'otel2-exporter-metrics-otlp-http'
import { OTLPTraceExporter as OTLPTraceExporter2 } from 'otel2-exporter-trace-otlp-proto'
import { LoggerProvider as LoggerProvider2, SimpleLogRecordProcessor } from 'otel2-sdk-logs'
import { MeterProvider as MeterProvider2, PeriodicExportingMetricReader as Reader2 } from 'otel2-sdk-metrics'
import { expect, test } from 'vitest'
import { runConsole } from './running-console.ts'

const resource = resourceFromAttributes({ 'service.name': 'js', 'service.version': '3' })

test.each([
  ['protobuf', OTLPTraceExporter, 'none'],
  ['protobuf, gzip', OTLPTraceExporter, 'gzip'],
  ['JSON', JsonTraceExporter, 'none'],
])('OpenTelemetry JS 3, traces in %s', async (_, Exporter, compression) => {
  const { query, otlpUrl } = await runConsole()
  // The option's enumeration is not exported; these are its values.
  const options: object = { url: `${otlpUrl}/v1/traces`, compression }
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new Exporter(options) })],
  })
  const tracer = provider.getTracer('shop', '1.2.3')
  const root = tracer.startSpan('POST /orders', {
    kind: SpanKind.SERVER,
    attributes: { 'http.route': '/orders', sizes: [1, 2] },
  })
  const child = tracer.startSpan(
    'charge',
    { links: [{ context: root.spanContext() }] },
    trace.setSpan(context.active(), root),
  )
  child.recordException(new TypeError('no card'))
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' })
  child.end()
  root.end()
  await provider.shutdown()

  const { spans } = await query('/api/trace', { id: root.spanContext().traceId })
  expect(spans.map(({ name }) => name)).toEqual(['POST /orders', 'charge'])
  expect(spans[0]).toMatchObject({
    service: 'js',
    kind: 'server',
    parentId: null,
    scope: 'shop@1.2.3',
    attributes: { 'http.route': '/orders', sizes: [1, 2] },
  })
  expect(spans[1]).toMatchObject({ parentId: root.spanContext().spanId, status: 'error', statusMessage: 'declined' })
  expect(spans[1]?.links).toMatchObject([{ traceId: root.spanContext().traceId }])
  expect(spans[1]?.events).toMatchObject([{ name: 'exception', attributes: { 'exception.type': 'TypeError' } }])
  expect((await query('/api/errors', {})).errors).toMatchObject([
    { type: 'TypeError', message: 'no card', count: 1, place: expect.stringContaining('exporters.test.ts') },
  ])
})

test('OpenTelemetry JS 3, logs', async () => {
  const { query, otlpUrl } = await runConsole()
  const exporter = new OTLPLogExporter({ url: `${otlpUrl}/v1/logs` })
  const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] })
  provider.getLogger('shop').emit({ severityNumber: 17, body: 'payment declined', attributes: { 'order.id': 7 } })
  provider.getLogger('shop').emit({ body: { order: 8, nested: { deep: true } } })
  await provider.shutdown()
  const { logs } = await query('/api/logs', {})
  expect(logs).toMatchObject([
    { level: 'info', body: '{"order":8,"nested":{"deep":true}}', structured: { order: 8, nested: { deep: true } } },
    { level: 'error', service: 'js', body: 'payment declined', attributes: { 'order.id': 7 } },
  ])
})

test.each([
  ['cumulative', AggregationTemporality.CUMULATIVE],
  ['delta', AggregationTemporality.DELTA],
])('OpenTelemetry JS 3, metrics, %s', async (_, temporalityPreference) => {
  const { query, otlpUrl } = await runConsole()
  const exporter = new OTLPMetricExporter({ url: `${otlpUrl}/v1/metrics`, temporalityPreference })
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const views = [{ instrumentName: 'fine', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const }]
  const provider = new MeterProvider({ resource, readers: [reader], views })
  const meter = provider.getMeter('shop')
  const orders = meter.createCounter('orders', { unit: '{order}', description: 'Orders placed' })
  const duration = meter.createHistogram('duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 0.2, 0.4] },
  })
  const fine = meter.createHistogram('fine', { unit: 's' })
  const queue = meter.createUpDownCounter('queue')
  meter.createObservableGauge('temperature').addCallback((result) => result.observe(21.5))
  for (const amount of [3, 4]) {
    orders.add(amount, { outcome: 'accepted' })
    orders.add(1, { outcome: 'declined' })
    queue.add(amount === 3 ? 5 : -2)
    for (let n = 0; n < 100; n++) {
      duration.record(0.15)
      fine.record(0.15)
    }
    await provider.forceFlush()
  }
  await provider.shutdown()

  const { instruments } = await query('/api/metrics', {})
  expect(instruments.map(({ name, type }) => [name, type])).toEqual([
    ['duration', 'histogram'],
    ['fine', 'exponential'],
    ['orders', 'counter'],
    ['queue', 'updown'],
    ['temperature', 'gauge'],
  ])
  expect(instruments[2]).toMatchObject({
    unit: '{order}',
    description: 'Orders placed',
    attributes: ['outcome'],
    series: 2,
    services: ['js'],
  })
  const total = (points: { value: number | null }[] | undefined) =>
    points?.reduce((sum, { value }) => sum + (value ?? 0), 0)
  const byOutcome = await query('/api/metric', { name: 'orders', by: 'outcome', stat: 'count' })
  expect(byOutcome.series.map(({ label, points }) => [label, total(points)])).toEqual([
    ['accepted', 7],
    ['declined', 2],
  ])
  expect(total((await query('/api/metric', { name: 'duration', stat: 'count' })).series[0]?.points)).toBe(200)
  const last = async (name: string, stat?: 'p50') => {
    const { series } = await query('/api/metric', { name, ...(stat ? { stat } : {}) })
    return series[0]?.points.findLast(({ value }) => value !== null)?.value
  }
  expect(await last('duration', 'p50')).toBeCloseTo(0.15)
  expect(await last('fine', 'p50')).toBeCloseTo(0.15, 1)
  expect(await last('queue')).toBe(3)
  expect(await last('temperature')).toBe(21.5)
})

test('OpenTelemetry JS 2, all three signals', async () => {
  const { query, otlpUrl } = await runConsole()
  const exporter = new OTLPTraceExporter2({ url: `${otlpUrl}/v1/traces` })
  const tracing = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor2(exporter)] })
  const span = tracing.getTracer('old').startSpan('GET /old', { kind: SpanKind.SERVER })
  span.end()
  await tracing.shutdown()
  const logging = new LoggerProvider2({
    processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter2({ url: `${otlpUrl}/v1/logs` }) })],
  })
  logging.getLogger('old').emit({ body: 'hello from 2', severityText: 'WARN' })
  await logging.shutdown()
  const metering = new MeterProvider2({
    readers: [
      new Reader2({
        exporter: new OTLPMetricExporter2({ url: `${otlpUrl}/v1/metrics` }),
        exportIntervalMillis: 3_600_000,
      }),
    ],
  })
  metering.getMeter('old').createCounter('visits').add(2)
  await metering.shutdown()

  expect((await query('/api/trace', { id: span.spanContext().traceId })).spans).toMatchObject([
    { name: 'GET /old', scope: 'old' },
  ])
  expect((await query('/api/logs', {})).logs).toMatchObject([{ body: 'hello from 2', level: 'warn' }])
  expect((await query('/api/metrics', {})).instruments).toMatchObject([{ name: 'visits', type: 'counter' }])
})

const python = process.env.PYTHON ?? 'python3'
const missing = whyNoPython()
if (missing) process.stdout.write(`Python's exporter is not tested: ${missing}\n`)

test.skipIf(missing)("Python's SDK, all three signals", async () => {
  const { query, otlpUrl } = await runConsole()
  const script = fileURLToPath(new URL('./exporter.py', import.meta.url))
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl }
  const { stdout } = await promisify(execFile)(python, [script], { env })
  const traceId = stdout.trim()
  const { spans, logs } = await query('/api/trace', { id: traceId })
  expect(spans).toMatchObject([
    { name: 'job', service: 'python' },
    { name: 'step', status: 'error' },
  ])
  expect(logs).toMatchObject([{ body: 'step failed', level: 'error', spanId: spans[1]?.spanId }])
  expect((await query('/api/errors', {})).errors[0]).toMatchObject({
    type: 'ValueError',
    place: expect.stringContaining('in_step'),
  })
  const { instruments } = await query('/api/metrics', {})
  expect(instruments.map(({ name }) => name)).toEqual(['jobs', 'took'])
})

function whyNoPython(): string {
  try {
    execFileSync(python, ['-c', 'import opentelemetry.sdk, opentelemetry.exporter.otlp.proto.http'], { stdio: 'pipe' })
    return ''
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
    return `${said || error}. To test it: pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http`
  }
}
