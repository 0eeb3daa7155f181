/**
 * Attributes as the labels of /metrics: what OpenTelemetry tells apart and Prometheus does not becomes one series, so that
 * whatever attributes are called, /metrics is valid.
 */
import type { Attributes } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { merge } from '../src/metrics/merge.ts'
import { Metrics } from '../src/metrics/metrics.ts'
import type { ResourceMetrics } from '../src/metrics/points.ts'
import { exposition } from '../src/metrics/prometheus/exposition.ts'
import { createTestObserve } from '../src/testing.ts'
import { type Family, parseMetrics, sampleValue } from './strict-metrics.ts'

const FORMATS = ['text', 'openmetrics'] as const

describe('attributes that come to the same labels', () => {
  test('are one series, with the sum or the last value, and that is said once', async () => {
    const obs = createTestObserve()
    const [visits, took, level] = [obs.counter('visits'), obs.histogram('took', { buckets: [1] }), obs.gauge('level')]
    for (const attributes of [
      { 'a.b': 'x', c: 1 },
      { a_b: 'x', c: '1' },
      { 'a b': 'x', c: 1, none: '' },
    ]) {
      visits.add(2, attributes)
      took.record(0.5, attributes)
      level.record(attributes.c === 1 ? 3 : 4, attributes)
    }
    visits.add(1, { a_b: 'y', c: 1 })
    for (const format of FORMATS) {
      const families = parseMetrics((await obs.scrape(`application/${format}-text`)).body, format)
      const labels = { a_b: 'x', c: '1' }
      expect(sampleValue(families, 'visits_total', labels)).toBe(6)
      expect(sampleValue(families, 'visits_total', { a_b: 'y' })).toBe(1)
      expect(sampleValue(families, 'took_count', labels)).toBe(3)
      expect(sampleValue(families, 'took_sum', labels)).toBe(1.5)
      expect(sampleValue(families, 'level', labels)).toBe(3)
    }
    const said = obs.lines.filter(({ level: grade }) => grade === 'warn').map(({ msg }) => String(msg))
    expect(said.map((line) => line.slice(0, line.indexOf(' has')))).toEqual([
      'the counter "visits" of "@lab/observe"',
      'the histogram "took" of "@lab/observe"',
      'the gauge "level" of "@lab/observe"',
    ])
    expect(said[0]).toContain('{a_b="x",c="1"} is one series there')
    await obs.shutdown()
  })

  test('join their values in the order of their names where they are of one set', async () => {
    const obs = createTestObserve()
    obs.counter('visits').add(1, { a_b: 'third', 'a b': 'first', 'a.b': 'second' })
    const families = parseMetrics((await obs.scrape()).body, 'text')
    expect(sampleValue(families, 'visits_total', { a_b: 'first;second;third' })).toBe(1)
    await obs.shutdown()
  })

  test('are distinguished from the labels that /metrics gives by itself', async () => {
    const obs = createTestObserve()
    obs.histogram('took', { buckets: [1] }).record(2, { le: '1', __name__: 'evil', 'otel.scope.name': 'mine' })
    const families = parseMetrics((await obs.scrape()).body, 'text')
    const labels = { exported_le: '1', _name_: 'evil', exported_otel_scope_name: 'mine' }
    expect(sampleValue(families, 'took_bucket', { ...labels, le: '1' })).toBe(0)
    expect(sampleValue(families, 'took_bucket', { ...labels, le: '+Inf' })).toBe(1)
    await obs.shutdown()
  })
})

describe('whatever attributes are called', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'a.b',
      'a_b',
      'a-b',
      'a..b',
      'aZ',
      'le',
      'l.e',
      '__name__',
      '1a',
      'key_1a',
      '',
      'é',
      '\ud800',
      '"\n',
    ),
    fc.constantFrom('otel.scope.name', 'otel_scope_name', 'otel_scope_version', 'exported_le', 'cluster_process'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  const value = fc.constantFrom<Attributes[string]>(
    '',
    'x',
    1,
    '1',
    true,
    'true',
    ['x'],
    '["x"]',
    '\ud800',
    '\ufffd',
    'x"\n',
  )
  const set = fc.dictionary(key, value, { maxKeys: 3 })
  const measured = fc.array(set, { minLength: 1, maxLength: 30 })

  test('/metrics is valid and counts each measurement once', async () => {
    await fc.assert(
      fc.asyncProperty(measured, async (sets) => {
        expectValid(await metricsOf(sets).read(), sets.length)
      }),
    )
  })

  test('that of a cluster is, too', async () => {
    await fc.assert(
      fc.asyncProperty(measured, measured, measured, async (...processes) => {
        const read = await Promise.all(processes.map((sets) => metricsOf(sets).read()))
        const members = read.map(({ scopeMetrics }, index) => ({
          process: String(index),
          alive: index > 0,
          parts: [scopeMetrics],
        }))
        const merged = await merge({}, members)
        expectValid(merged, processes.flat().length)
      }),
    )
  })
})

/** A counter, gauge and histogram by the library and by two scopes of OpenTelemetry's API, with a measurement of each set. */
function metricsOf(sets: readonly Attributes[]): Metrics {
  const metrics = new Metrics({ resource: {}, maxSeries: 100, buckets: [1] })
  const meters = ['1', '2'].map((version) => metrics.provider.getMeter('other', version))
  const counters = [metrics.counter('c'), ...meters.map((meter) => meter.createCounter('c'))]
  const gauges = [metrics.gauge('g'), ...meters.map((meter) => meter.createGauge('g'))]
  const histograms = [metrics.histogram('h', {}, () => undefined), ...meters.map((meter) => meter.createHistogram('h'))]
  for (const attributes of sets) {
    for (const counter of counters) counter.add(1, attributes)
    for (const instrument of [...gauges, ...histograms]) instrument.record(1, attributes)
  }
  return metrics
}

function expectValid(metrics: ResourceMetrics, measurements: number): void {
  for (const format of FORMATS) {
    const families = parseMetrics(Array.from(exposition(metrics, format)).join(''), format)
    expect(sumOf(families, 'c_total')).toBe(3 * measurements)
    expect(sumOf(families, 'h_count')).toBe(3 * measurements)
    expect(sumOf(families, 'h_sum')).toBe(3 * measurements)
  }
}

function sumOf(families: Map<string, Family>, name: string): number {
  const samples = Array.from(families.values()).flatMap((family) => family.samples)
  return samples.filter((sample) => sample.name === name).reduce((sum, { value }) => sum + value, 0)
}
