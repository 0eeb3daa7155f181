/**
 * Our meters against OpenTelemetry's SDK: recorded the same, they export the same points. And what the SDK's cannot do: a
 * bounded number of series, a reading at once, callbacks that fail or never answer.
 */

import { decodeMetrics, type Plain } from '@lab/test-kit/otlp-decode'
import {
  type Attributes,
  type Meter,
  type MeterProvider,
  type ObservableResult,
  ROOT_CONTEXT,
  TraceFlags,
  trace,
  ValueType,
} from '@opentelemetry/api'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MetricReader, MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics'
import { describe, expect, test } from 'vitest'
import { MetricBatch } from '../otlp/metric-batch.ts'
import { Metrics } from './metrics.ts'
import type { ResourceMetrics } from './points.ts'

const resource = { 'service.name': 'metered' }

class Reader extends MetricReader {
  protected override onForceFlush = () => Promise.resolve()
  protected override onShutdown = () => Promise.resolve()
}

function newMetrics(maxSeries = 100): Metrics {
  return new Metrics({ resource, maxSeries, buckets: [1] })
}

/** Records the same with every kind of instrument. */
function record(provider: MeterProvider): void {
  const meter = provider.getMeter('http', '1.2')
  const counter = meter.createCounter('requests', { unit: '{request}', description: 'Requests.' })
  counter.add(1, { route: '/a', tags: ['x', 'y'] })
  counter.add(2.5, { tags: ['x', 'y'], route: '/a' })
  counter.add(-1, { route: '/a' })
  meter.createCounter('requests', { unit: '{request}', description: 'Requests.' }).add(1, { route: '/b' })
  meter.createUpDownCounter('open').add(-2, { pool: 'p' })
  meter.createGauge('level').record(-7)
  meter.createGauge('level').record(8)
  const sizes = meter.createHistogram('size', { unit: 'By' })
  for (const value of [0, 5, 5.1, 20_000, -1]) sizes.record(value)
  meter.createHistogram('took', { advice: { explicitBucketBoundaries: [0.1, 1] } }).record(0.5, { route: '/a' })
  const other = provider.getMeter('other')
  other.createObservableCounter('read').addCallback((result) => result.observe(12, { disk: 'a' }))
  other.createObservableUpDownCounter('queue').addCallback(async (result) => {
    await new Promise((resolve) => setImmediate(resolve))
    result.observe(-3)
  })
  const free = other.createObservableGauge('free')
  const used = other.createObservableGauge('used')
  other.addBatchObservableCallback(
    (result) => {
      result.observe(free, 1, { disk: 'a' })
      result.observe(used, 2, { disk: 'a' })
    },
    [free, used],
  )
  const removed = (): never => {
    throw new Error('was removed')
  }
  free.addCallback(removed)
  free.removeCallback(removed)
}

/** Without times, which differ. */
function pointsOf(body: Uint8Array): unknown {
  const timeless = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
  const text = JSON.stringify(decodeMetrics(body), timeless).replace(/"(?:startT|t)imeUnixNano":"\d+",?/g, '')
  const metrics: Plain[] = JSON.parse(text.replaceAll(',}', '}'))
  return metrics.sort((one, other) => String(one.name).localeCompare(String(other.name)))
}

function exported(metrics: ResourceMetrics): unknown {
  const batch = new MetricBatch()
  batch.add(metrics)
  return pointsOf(batch.take())
}

describe('a meter', () => {
  test('records what the SDK records, reading after reading', async () => {
    const reader = new Reader()
    const sdk = new SdkMeterProvider({ resource: resourceFromAttributes(resource), readers: [reader] })
    const own = newMetrics()
    for (const round of [1, 2]) {
      record(sdk)
      record(own.provider)
      const { resourceMetrics } = await reader.collect()
      const theirs = pointsOf(ProtobufMetricsSerializer.serializeRequest(resourceMetrics) ?? new Uint8Array())
      expect(exported(await own.read()), `reading ${round}`).toEqual(theirs)
    }
  })

  test('gives one instrument to all callers, in whatever case, and whole numbers where they are asked for', async () => {
    const own = newMetrics()
    const [first, second] = ['requests', 'REQUESTS'].map((name) => own.provider.getMeter('m').createCounter(name))
    first?.add(1)
    second?.add(1)
    own.provider.getMeter('m').createCounter('whole', { valueType: ValueType.INT }).add(3.9)
    expect(valuesOf(await own.read())).toEqual({ requests: [2], whole: [3] })
  })

  test('gives its histograms exemplars of the trace that is active or given', async () => {
    const own = newMetrics()
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    }
    const context = trace.setSpanContext(ROOT_CONTEXT, span)
    own.provider.getMeter('m').createHistogram('took').record(3, {}, context)
    expect(exported(await own.read())).toMatchObject([
      { histogram: { dataPoints: [{ exemplars: [{ asDouble: 3, traceId: span.traceId, spanId: span.spanId }] }] } },
    ])
  })

  test('has at most so many series, however often it is read', async () => {
    const own = newMetrics(10)
    const meter = own.provider.getMeter('m')
    const counter = meter.createCounter('many')
    let base = 0
    meter.createObservableCounter('observed').addCallback((result) => {
      for (let index = 0; index < 100; index += 1) result.observe(1, { index: base + index })
    })
    for (; base < 500; base += 100) {
      for (let index = 0; index < 100; index += 1) counter.add(1, { index: base + index })
      const { scopeMetrics } = await own.read()
      const metrics = scopeMetrics.flatMap((scope) => scope.metrics)
      expect(metrics.map(({ dataPoints }) => dataPoints.length)).toEqual([11, 11])
    }
    const overflowed = own.instruments.map(({ descriptor, overflowed }) => [descriptor.name, overflowed])
    expect(overflowed).toEqual([
      ['many', 490],
      ['observed', 450],
    ])
  })

  test('reads at once what was recorded, asks callbacks, and knows the last answer of those that take time', async () => {
    const own = newMetrics()
    const meter = own.provider.getMeter('m')
    meter.createCounter('counted').add(2)
    let asked = 0
    meter.createObservableGauge('quick').addCallback((result) => {
      asked += 1
      result.observe(asked)
    })
    meter.createObservableGauge('slow').addCallback(async (result) => {
      await new Promise((resolve) => setImmediate(resolve))
      result.observe(7)
    })
    await own.read()
    expect(valuesOf(own.readNow())).toEqual({ counted: [2], quick: [2], slow: [7] })
  })

  test('reads the others when a callback throws, rejects or never answers, and asks that one once', async () => {
    const own = newMetrics()
    const meter = own.provider.getMeter('m')
    const fail = (): never => {
      throw new Error('failed')
    }
    let asked = 0
    meter.createObservableGauge('throws').addCallback(fail)
    meter.createObservableGauge('rejects').addCallback(async () => fail())
    meter.createObservableGauge('hangs').addCallback(() => {
      asked += 1
      return new Promise(() => undefined)
    })
    meter.createObservableGauge('fine').addCallback((result) => result.observe(1))
    for (const _ of [1, 2]) {
      expect(valuesOf(await own.read())).toEqual({ throws: [], rejects: [], hangs: [], fine: [1] })
    }
    expect(asked).toBe(1)
  })

  test('tells the last values of a callback that fails, and none of one that was removed while it was asked', async () => {
    const own = newMetrics()
    const meter = own.provider.getMeter('m')
    let fails = false
    meter.createObservableGauge('fails').addCallback((result) => {
      result.observe(fails ? 6 : 5)
      if (fails) throw Object.create(null)
    })
    let answer = (): void => undefined
    const slow = (result: ObservableResult): Promise<void> =>
      new Promise((resolve) => {
        answer = () => {
          result.observe(1)
          resolve()
        }
      })
    const removed = meter.createObservableGauge('removed')
    removed.addCallback(slow)
    const reading = own.read()
    answer()
    expect(valuesOf(await reading)).toEqual({ fails: [5], removed: [1] })
    fails = true
    const next = own.read()
    removed.removeCallback(slow)
    answer()
    expect(valuesOf(await next)).toEqual({ fails: [5], removed: [] })
  })

  test('removes the series that a callback no longer reports', async () => {
    const own = newMetrics()
    let pools: Attributes[] = [{ pool: 'a' }, { pool: 'b' }]
    own.provider
      .getMeter('m')
      .createObservableGauge('pools')
      .addCallback((result) => {
        for (const pool of pools) result.observe(1, pool)
      })
    expect(valuesOf(await own.read())).toEqual({ pools: [1, 1] })
    pools = [{ pool: 'b' }]
    expect(valuesOf(await own.read())).toEqual({ pools: [1] })
  })

  test('throws at nothing that JavaScript hands it', async () => {
    const own = newMetrics()
    const meter: Meter = own.provider.getMeter('m')
    const nothing: unknown[] = [undefined, null, 'text', {}, Symbol('s'), Number.NaN, Number.POSITIVE_INFINITY]
    for (const value of nothing) {
      for (const write of [
        meter.createCounter('c').add,
        meter.createHistogram('h').record,
        meter.createUpDownCounter('u').add,
      ])
        Reflect.apply(write, undefined, [value, value])
    }
    expect(valuesOf(await own.read())).toEqual({ c: [], h: [], u: [] })
  })
})

function valuesOf({ scopeMetrics }: ResourceMetrics): Record<string, unknown[]> {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics)
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ value }) => value)]),
  )
}
