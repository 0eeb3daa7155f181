/**
 * An ExportMetricsServiceRequest to point records, one for each data point that carries a value.
 */

import { attributesOf } from './attributes.ts'
import { type Int64, microseconds, numberOf } from './int64.ts'
import type {
  ExemplarMessage,
  ExponentialPoint,
  HistogramPoint,
  MetricMessage,
  MetricRequest,
  NumberPoint,
  SummaryPoint,
} from './message.ts'
import {
  type Accepted,
  type Buckets,
  badTime,
  type InstrumentType,
  isId,
  oddTime,
  type PointRecord,
  reject,
  resourceOf,
  type Temporality,
  warn,
} from './record.ts'

type Reading = Pick<PointRecord, 'value' | 'distribution'>
type AnyPoint = (NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint) & { exemplars?: ExemplarMessage[] }
type Kind = { type: InstrumentType; temporality: Temporality }

export function pointsOf(request: MetricRequest): Accepted<PointRecord> {
  const accepted: Accepted<PointRecord> = { records: [], rejected: 0, reason: '' }
  for (const { resource: from, scopeMetrics } of request.resourceMetrics) {
    const resource = resourceOf(from)
    for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      const { name, unit, description } = metric
      for (const { kind, point, reading } of readings(metric)) {
        if (point.flags & NO_VALUE) continue
        const time = microseconds(point.timeUnixNano)
        const problem = badTime(time) || (name === '' ? 'it has no name' : '') || badReading(reading)
        if (problem) {
          reject(accepted, `A point of metric ${JSON.stringify(name.slice(0, 80))} was refused: ${problem}.`)
          continue
        }
        warn(accepted, oddTime(time))
        accepted.records.push({
          instrument: { name, unit, description, ...kind },
          attributes: attributesOf(point.attributes),
          start: microseconds(point.startTimeUnixNano) / 1000,
          time: time / 1000,
          ...reading,
          exemplars: (point.exemplars ?? []).filter(isLinked).map(exemplarOf),
          resource,
        })
      }
    }
  }
  return accepted
}

/** Why a reading cannot be kept, or ''. JSON and SQLite have no NaN, and a chart has no place for infinity. */
function badReading({ value, distribution }: Reading): string {
  if (!Number.isFinite(value)) return `its value is ${value}`
  if (!distribution) return ''
  if ('bounds' in distribution) {
    const { bounds, counts } = distribution
    if (
      !bounds.every((bound, index) => Number.isFinite(bound) && bound > (bounds[index - 1] ?? Number.NEGATIVE_INFINITY))
    )
      return 'its bounds are not finite numbers in ascending order'
    const fits = counts.length === bounds.length + 1 || counts.length === 0
    return fits ? '' : `it has ${counts.length} counts for ${bounds.length} bounds`
  }
  if ('scale' in distribution && (distribution.scale < -10 || distribution.scale > 20))
    return `its scale is ${distribution.scale}, which is not from -10 to 20`
  return ''
}

/** An exemplar is kept for its trace, and its value is a dot on the chart. */
function isLinked(exemplar: ExemplarMessage): boolean {
  return isId(exemplar.traceId, 16) && Number.isFinite(measured(exemplar))
}

/** DataPointFlags: the series has ended, this point has no value. */
const NO_VALUE = 1

function* readings(metric: MetricMessage): Generator<{ kind: Kind; point: AnyPoint; reading: Reading }> {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric
  for (const point of gauge?.dataPoints ?? []) {
    yield {
      kind: { type: 'gauge', temporality: 'none' },
      point,
      reading: { value: measured(point), distribution: null },
    }
  }
  for (const point of sum?.dataPoints ?? []) {
    const kind: Kind = { type: sum?.isMonotonic ? 'counter' : 'updown', temporality: temporality(sum) }
    yield { kind, point, reading: { value: measured(point), distribution: null } }
  }
  for (const point of histogram?.dataPoints ?? []) {
    yield { kind: { type: 'histogram', temporality: temporality(histogram) }, point, reading: explicit(point) }
  }
  for (const point of exponentialHistogram?.dataPoints ?? []) {
    yield {
      kind: { type: 'exponential', temporality: temporality(exponentialHistogram) },
      point,
      reading: exponential(point),
    }
  }
  for (const point of summary?.dataPoints ?? []) {
    // A summary without recent observations has NaN quantiles: only those are left out.
    const quantiles = point.quantileValues
      .filter(({ quantile, value }) => Number.isFinite(quantile) && Number.isFinite(value))
      .map(({ quantile, value }): [number, number] => [quantile, value])
    const distribution = { count: numberOf(point.count), quantiles }
    yield { kind: { type: 'summary', temporality: 'cumulative' }, point, reading: { value: point.sum, distribution } }
  }
}

function temporality(metric: { aggregationTemporality: number } | null | undefined): Temporality {
  return metric?.aggregationTemporality === 1 ? 'delta' : 'cumulative'
}

function explicit(point: HistogramPoint): Reading {
  const counts = point.bucketCounts.map(numberOf)
  // Prometheus writes its last bound, +Inf; in OTLP it is implied.
  const bounds =
    point.explicitBounds.at(-1) === Number.POSITIVE_INFINITY ? point.explicitBounds.slice(0, -1) : point.explicitBounds
  return { value: point.sum ?? 0, distribution: { count: numberOf(point.count), bounds, counts } }
}

function exponential(point: ExponentialPoint): Reading {
  const { scale, positive, negative } = point
  const distribution = {
    count: numberOf(point.count),
    scale,
    zero: numberOf(point.zeroCount),
    positive: buckets(positive),
    negative: buckets(negative),
  }
  return { value: point.sum ?? 0, distribution }
}

function buckets(sent: { offset: number; bucketCounts: Int64[] } | null | undefined): Buckets {
  return { offset: sent?.offset ?? 0, counts: sent?.bucketCounts.map(numberOf) ?? [] }
}

function exemplarOf(exemplar: ExemplarMessage): PointRecord['exemplars'][number] {
  const { traceId, spanId } = exemplar
  return { time: microseconds(exemplar.timeUnixNano) / 1000, value: measured(exemplar), traceId, spanId }
}

function measured(point: { asDouble?: number; asInt?: Int64 }): number {
  return Object.hasOwn(point, 'asInt') && point.asInt ? numberOf(point.asInt) : (point.asDouble ?? 0)
}
