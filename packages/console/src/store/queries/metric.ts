/**
 * One instrument over time, whole or split by an attribute.
 */

import type { Attributes, Exemplar, Instrument, Metric, MetricSeries } from '../../contract/contract.ts'
import { textOf } from '../../otlp/attributes.ts'
import type { Segments } from '../segments/segments.ts'
import { add, emptyCounts, quantile } from './distribution.ts'
import { hex } from './hex.ts'
import { reported, type Share, spread } from './increments.ts'
import { differing, instruments } from './instruments.ts'
import { type LastValue, type SeriesPoints, seriesPoints } from './points.ts'
import { type Steps, stepsOf, type TimeRange } from './range.ts'

type Stat = Metric['stat']

const MOST_SERIES = 50
const MOST_EXEMPLARS = 200

export interface MetricOptions {
  name: string
  unit?: string | undefined
  type?: Instrument['type'] | undefined
  service?: string | undefined
  by?: string | undefined
  stat?: Stat | undefined
  step?: number | undefined
}

/** undefined where no such instrument reported in the range. */
export function metric(segments: Segments, range: TimeRange, query: MetricOptions): Metric | undefined {
  const { service, by } = query
  const [instrument] = instruments(segments, range, query)
  if (!instrument) return undefined
  const steps = stepsOf(range, query.step)
  const points = seriesPoints(segments, { ...instrument, service, to: range.to }, steps)
  const stat = query.stat ?? statOf(instrument, points)
  const separate = by === undefined && !mayBeAdded(instrument, stat)
  const labels = separate ? ownLabels(points) : points.map((one) => labelOf(one, by))
  const groups = Map.groupBy(points.keys(), (index) => labels[index] ?? '')
  const series = [...groups].map(([label, members]) => {
    const chosen = members.flatMap((index) => points[index] ?? [])
    return { label, points: chart(chosen, instrument, stat, steps) }
  })
  series.sort((a, b) => size(b) - size(a))
  return {
    instrument,
    stat,
    unit: unitOf(instrument, stat),
    step: steps.step,
    series: series.slice(0, MOST_SERIES),
    left: Math.max(0, series.length - MOST_SERIES),
    exemplars: exemplars(segments, range, instrument, service),
  }
}

const defaults: Record<Instrument['type'], Stat> = {
  counter: 'rate',
  updown: 'value',
  gauge: 'value',
  histogram: 'p95',
  exponential: 'p95',
  summary: 'p95',
}

/** The usual statistic of the type; the mean where nothing was sent that a percentile could come from. */
function statOf({ type }: Instrument, points: SeriesPoints[]): Stat {
  const stat = defaults[type]
  if (stat !== 'p95') return stat
  const known = points.some(({ increments, lasts }) =>
    type === 'summary'
      ? [...lasts.values()].some((last) => sentQuantile(last, 0.95) !== null)
      : increments.some(({ counts }) => counts.buckets.size > 1),
  )
  return known ? stat : 'avg'
}

/** Two temperatures have no sum, and neither have two percentiles. */
function mayBeAdded({ type }: Instrument, stat: Stat): boolean {
  return !((type === 'gauge' && stat === 'value') || (type === 'summary' && stat.startsWith('p')))
}

/** What tells each series from the others: the attributes in which they differ. */
function ownLabels(points: SeriesPoints[]): string[] {
  const all = points.map(
    ({ service, resource, attributes }): Attributes => ({
      ...resource,
      'service.name': service,
      ...attributes,
    }),
  )
  const keys = differing(all)
  const short = keys.includes('service.instance.id') ? keys.filter((key) => !key.startsWith('process.')) : keys
  return all.map((each) => short.map((key) => textOf(each[key])).join(' '))
}

function unitOf({ unit, type }: Instrument, stat: Stat): string {
  const counted = type === 'counter' || type === 'updown' || type === 'gauge' ? unit : ''
  if (stat === 'count') return counted
  return stat === 'rate' ? `${counted}/s` : unit
}

function labelOf({ service, resource, attributes }: SeriesPoints, by: string | undefined): string {
  if (by === undefined) return ''
  const value = by === 'service.name' ? service : (attributes[by] ?? resource[by])
  return typeof value === 'object' ? '' : textOf(value)
}

function chart(members: SeriesPoints[], { type }: Instrument, stat: Stat, steps: Steps): MetricSeries['points'] {
  const valueAt = valuesBy(members, type, stat, steps)
  return Array.from({ length: steps.count }, (_, index) => ({
    time: steps.start + index * steps.step,
    value: valueAt(index),
  }))
}

function valuesBy(
  members: SeriesPoints[],
  type: Instrument['type'],
  stat: Stat,
  steps: Steps,
): (index: number) => number | null {
  const wanted = quantiles[stat]
  if (stat === 'value') return (index) => lastOf(members, index, type === 'gauge')
  if (type === 'summary' && wanted !== undefined) {
    // Percentiles cannot be merged: of several series it is the highest one.
    return (index) => {
      const values = members
        .map(({ lasts }) => sentQuantile(lasts.get(index), wanted))
        .filter((value) => value !== null)
      return values.length > 0 ? Math.max(...values) : null
    }
  }
  const shares = members.map(({ increments }) => (stat === 'count' ? reported : spread)(increments, steps))
  return (index) =>
    stepValue(
      shares.map((each) => each.get(index)).filter((share) => share !== undefined),
      stat,
    )
}

/** The last values of all series: their mean for gauges, their sum for up-down counters. */
function lastOf(members: SeriesPoints[], index: number, mean: boolean): number | null {
  const values = members.map(({ lasts }) => lasts.get(index)?.value).filter((value) => value !== undefined)
  if (values.length === 0) return null
  const sum = values.reduce((total, value) => total + value, 0)
  return mean ? sum / values.length : sum
}

function sentQuantile(last: LastValue | undefined, wanted: number): number | null {
  if (!last?.distribution || !('quantiles' in last.distribution)) return null
  return last.distribution.quantiles.find(([quantile]) => Math.abs(quantile - wanted) < 1e-9)?.[1] ?? null
}

const quantiles: Partial<Record<Stat, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 }

/** Below this, a time covered is too short to say a rate. */
const SHORTEST_MS = 1000

function stepValue(shares: Share[], stat: Stat): number | null {
  if (shares.length === 0) return null
  // Each series by the time for which it is known: one that began within the step has the rate that it has since.
  if (stat === 'rate')
    return shares.reduce((sum, { counts, covered }) => sum + counts.count / (Math.max(covered, SHORTEST_MS) / 1000), 0)
  const counts = emptyCounts()
  for (const share of shares) add(counts, share.counts)
  if (stat === 'count') return counts.count
  if (stat === 'avg') return counts.count > 0 ? counts.sum / counts.count : null
  return quantile(quantiles[stat] ?? 0.5, counts)
}

function size({ points }: MetricSeries): number {
  return points.reduce((sum, { value }) => sum + Math.abs(value ?? 0), 0)
}

type ExemplarRow = [time: number, value: number, trace: Uint8Array, span: Uint8Array]

function exemplars(
  segments: Segments,
  { from, to }: TimeRange,
  { name, unit, type }: Instrument,
  service: string | undefined,
): Exemplar[] {
  const found: Exemplar[] = []
  for (const { statements } of segments.all()) {
    const rows = statements.rows<ExemplarRow>(
      `SELECT e.time / 1000.0, e.value, e.trace_id, e.span_id
       FROM instruments i JOIN series s ON s.instrument = i.id JOIN resources r ON r.id = s.resource
         JOIN point_exemplars e ON e.series = s.id
       WHERE i.name = ? AND i.unit = ? AND i.type = ?${service === undefined ? '' : ' AND r.service = ?'} AND e.time BETWEEN ? AND ?
       ORDER BY e.time DESC LIMIT ?`,
      name,
      unit,
      type,
      ...(service === undefined ? [] : [service]),
      from * 1000,
      to * 1000,
      MOST_EXEMPLARS - found.length,
    )
    for (const [time, value, trace, span] of rows)
      found.push({ time, value, error: false, traceId: hex(trace), spanId: hex(span) })
  }
  return found.reverse()
}
