/**
 * Careless calls of the metric APIs: nothing throws out of a recording, every other series is exported, /metrics stays valid in
 * both formats, and rejected measurements are counted.
 */
import { inspect } from 'node:util'
import { decodeMetrics, type Plain } from '@lab/test-kit/otlp-decode'
import { type Attributes, type MetricOptions, ValueType } from '@opentelemetry/api'
import { describe, expect, test } from 'vitest'
import { Metrics } from '../src/metrics/metrics.ts'
import { exposition } from '../src/metrics/prometheus/exposition.ts'
import type { NameConflict } from '../src/metrics/prometheus/families.ts'
import { MetricBatch } from '../src/otlp/metric-batch.ts'
import { createTestObserve } from '../src/testing.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

const FORMATS = ['text', 'openmetrics'] as const

function newMetrics(): Metrics {
  return new Metrics({ resource: {}, maxSeries: 100, buckets: [1] })
}

/** Both pages parsed, the conflicts that they reported, and what a backend decodes. */
async function collected(metrics: Metrics) {
  const points = await metrics.read()
  const conflicts: NameConflict[] = []
  const [text, openmetrics] = FORMATS.map((format) =>
    parseMetrics(
      [...exposition(points, format, { onConflict: (conflict) => conflicts.push(conflict) })].join(''),
      format,
    ),
  )
  const batch = new MetricBatch()
  batch.add(points)
  return { text, openmetrics, conflicts, otlp: decodeMetrics(batch.take()) }
}

function pointsOf(otlp: Plain[], name: string): Plain[] {
  const metric = otlp.find((each) => each.name === name) ?? {}
  const data = Object.values(metric).find((value): value is Plain => typeof value === 'object' && value !== null)
  return (data?.dataPoints ?? []) as Plain[]
}

describe('the metrics API', () => {
  const refuse = (): never => {
    throw new Error('refused')
  }
  const refusing = new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse })
  const anything: unknown[] = [undefined, null, 7, 10n, Symbol('s'), {}, [], Object.create(null), refusing]

  test('takes any name, version, unit, description and options', async () => {
    const metrics = newMetrics()
    for (const value of anything) {
      const text = value as string
      const options = [value, { unit: value }, { description: value }, { valueType: value }, { advice: value }]
      for (const meter of [
        metrics.provider.getMeter(text),
        metrics.provider.getMeter('m', text),
        metrics.provider.getMeter('m', '1', value as { schemaUrl: string }),
        metrics.provider.getMeter('m', '1', { schemaUrl: text }),
      ]) {
        meter.createCounter(text).add(1)
        for (const each of options) {
          meter.createCounter('c', each as MetricOptions).add(1)
          meter.createHistogram('h', each as MetricOptions).record(1)
          meter.createObservableGauge('g', each as MetricOptions).addCallback((result) => result.observe(1))
        }
        meter.createObservableCounter('o').addCallback(value as () => void)
        meter.addBatchObservableCallback(value as () => void, [meter.createObservableGauge('b')])
        meter.addBatchObservableCallback(() => undefined, value as [])
        meter.removeBatchObservableCallback(() => undefined, value as [])
      }
    }
    metrics.provider.getMeter('other').createCounter('neighbour').add(1)
    const { text, openmetrics, otlp } = await collected(metrics)
    for (const page of [text, openmetrics]) expect(sampleValue(page ?? new Map(), 'neighbour_total')).toBe(1)
    expect(pointsOf(otlp, 'neighbour')).toHaveLength(1)
  })

  test('records numbers only, counts what it rejects, and no value forges a series', async () => {
    const obs = createTestObserve()
    const values: unknown[] = [...anything, '1', '1} 2\nforged 3', true, Number.NaN, Number.NEGATIVE_INFINITY]
    const rejected = values.filter((value) => value !== 7).length
    for (const value of values as number[]) {
      obs.gauge('g').record(value)
      obs.histogram('h').record(value)
      if (value !== undefined) obs.counter('c').add(value)
    }
    obs.gauge('g').record(7)
    obs.histogram('h').record(-1)
    obs.counter('c').add(-1)
    const families = parseMetrics((await obs.scrape('application/openmetrics-text')).body, 'openmetrics')
    expect(sampleValue(families, 'g')).toBe(7)
    expect(sampleValue(families, 'h_sum')).toBe(7)
    expect(sampleValue(families, 'c_total')).toBe(7)
    const counted = (instrument: string) => sampleValue(families, 'observe_measurements_rejected_total', { instrument })
    // `add(undefined)` adds 1; a gauge takes an infinity and "not a number".
    expect([counted('g'), counted('h'), counted('c')]).toEqual([rejected - 2, rejected + 1, rejected])
    await obs.shutdown()
  })

  test('keeps attributes of different types apart in OTLP, and equal ones together', async () => {
    const metrics = newMetrics()
    const sets: Attributes[] = [
      { a: 1 },
      { a: '1' },
      { a: true },
      { a: 'true' },
      { a: ['1'] },
      { a: [1] },
      { a: '["1"]' },
    ]
    const forged = [
      { a: 'x\0b\0y' },
      { a: 'x', b: 'y' },
      { 'a\0x': 'y' },
      { a: '\ud800' },
      { a: '\ufffd' },
      { a: 'x', b: undefined },
    ]
    const counters = [metrics.counter('c'), metrics.provider.getMeter('m').createCounter('d')]
    for (const set of [...sets, ...forged]) for (const counter of counters) counter.add(1, set as Attributes)
    metrics.provider
      .getMeter('m')
      .createObservableGauge('o')
      .addCallback((result) => {
        for (const set of sets) result.observe(1, set)
      })
    const { otlp } = await collected(metrics)
    expect(pointsOf(otlp, 'o')).toHaveLength(sets.length)
    for (const name of ['c', 'd']) {
      const texts = pointsOf(otlp, name).map(({ attributes }) => inspect(attributes))
      expect(new Set(texts).size).toBe(texts.length)
      // Text that is not well-formed becomes U+FFFD in OTLP.
      expect(texts).toHaveLength(sets.length + forged.length - 1)
    }
  })

  test('leaves out attributes that are no object', async () => {
    const metrics = newMetrics()
    const values: unknown[] = ['text', ['list'], 7, null, refusing, () => 1]
    for (const value of values) metrics.counter('c').add(1, value as Attributes)
    const { otlp } = await collected(metrics)
    expect(pointsOf(otlp, 'c')).toMatchObject([{ attributes: {}, asDouble: values.length }])
  })

  test('judges each attribute once: a getter that changes its value cannot throw or spoil a page', async () => {
    const metrics = newMetrics()
    let reads = 0
    const shifting = {
      get a() {
        reads += 1
        if (reads % 3 === 0) throw new Error('shifted')
        return reads % 3 === 1 ? 'text' : Object.create(null)
      },
    }
    for (let round = 0; round < 9; round += 1) metrics.counter('c').add(1, shifting)
    const { otlp } = await collected(metrics)
    const total = pointsOf(otlp, 'c').reduce((sum, { asDouble }) => sum + Number(asDouble), 0)
    expect(total).toBe(9)
  })

  test('writes whole numbers of INT instruments as such', async () => {
    const metrics = newMetrics()
    const meter = metrics.provider.getMeter('m')
    const whole = { valueType: ValueType.INT }
    meter.createCounter('c', whole).add(3.9)
    meter.createUpDownCounter('u', whole).add(-2)
    meter.createGauge('g', whole).record(2 ** 40)
    meter.createObservableGauge('o', whole).addCallback((result) => result.observe(-(2 ** 40)))
    const { otlp } = await collected(metrics)
    const values = ['c', 'u', 'g', 'o'].map((name) => pointsOf(otlp, name)[0]?.asInt)
    expect(values).toEqual(['3', '-2', `${2 ** 40}`, `${-(2 ** 40)}`])
  })
})

describe('a name that /metrics cannot have', () => {
  test('is left out and reported, or replaced, where it comes by the API', async () => {
    const metrics = newMetrics()
    const meter = metrics.provider.getMeter('m')
    meter.createCounter('_total').add(1)
    meter.createCounter('total').add(1)
    for (const name of ['target', 'target_info', 'target.info']) meter.createGauge(name).record(1)
    meter.createCounter('x').add(1)
    meter.createGauge('x_created').record(1)
    meter.createHistogram('h').record(1)
    meter.createGauge('h_created').record(1)
    meter.createGauge('alone_created').record(1)
    const { text, openmetrics, conflicts } = await collected(metrics)
    for (const page of [text, openmetrics]) {
      expect(sampleValue(page ?? new Map(), 'x_total')).toBe(1)
      expect(sampleValue(page ?? new Map(), 'alone_created')).toBe(1)
    }
    const left = ['target', 'target_info', 'target.info', 'x_created', 'h_created'].map(
      (name) => `gauge "${name}" of "m"`,
    )
    expect(new Set(conflicts.map(({ leftOut }) => leftOut))).toEqual(new Set(left))
  })

  test('throws where the service asks for it', async () => {
    const obs = createTestObserve()
    obs.counter('x')
    expect(() => obs.gauge('target')).toThrow('"target" would be "target" in /metrics, as "target_info" is')
    expect(() => obs.gauge('x.created')).toThrow('"x.created" would be "x_created" in /metrics, as "x" is')
    expect(() => obs.counter(undefined as unknown as string)).toThrow('undefined is not a metric name')
    expect(() => obs.counter('c', { unit: 7 } as object)).toThrow('the unit of "c" is a number; expected text')
    expect(() => obs.gauge('g', { description: {} } as object)).toThrow(
      'the description of "g" is an object; expected text',
    )
    obs.counter('null', { unit: null, description: null } as object).add()
    obs.counter('none', null as unknown as object).add()
    const families = parseMetrics((await obs.scrape()).body, 'text')
    expect(sampleValue(families, 'null_total')).toBe(1)
    expect(sampleValue(families, 'none_total')).toBe(1)
    await obs.shutdown()
  })
})
