/**
 * One instrument over time, whole or split by an attribute.
 */

import type { Exemplar, Instrument, Metric, MetricSeries } from '../../contract/contract.ts'
import { textOf } from '../../otlp/attributes.ts'
import type { Segments } from '../segments/segments.ts'
import { add, emptyCounts, quantile } from './distribution.ts'
import { hex } from './hex.ts'
import { instruments } from './instruments.ts'
import { type SeriesPoints, seriesPoints } from './points.ts'
import { type Steps, stepsOf, type TimeRange } from './range.ts'

type Stat = Metric['stat']

const MOST_SERIES = 50
const MOST_EXEMPLARS = 200

export interface MetricOptions {
  name: string
  service?: string | undefined
  by?: string | undefined
  stat?: Stat | undefined
  step?: number | undefined
}

/** undefined where no such instrument reported in the range. */
export function metric(segments: Segments, range: TimeRange, query: MetricOptions): Metric | undefined {
  const { name, service, by } = query
  const [instrument] = instruments(segments, range, { name, service })
  if (!instrument) return undefined
  const steps = stepsOf(range, query.step)
  const stat = query.stat ?? defaults[instrument.type]
  const groups = Map.groupBy(seriesPoints(segments, { name, service, to: range.to }, steps), (points) =>
    labelOf(points, by),
  )
  const series = [...groups].map(([label, members]) => ({ label, points: chart(members, stat, steps) }))
  series.sort((a, b) => size(b) - size(a))
  return {
    instrument,
    stat,
    unit: unitOf(instrument, stat),
    step: steps.step,
    series: series.slice(0, MOST_SERIES),
    left: Math.max(0, series.length - MOST_SERIES),
    exemplars: exemplars(segments, range, name, service),
  }
}

const defaults: Record<Instrument['type'], Stat> = {
  counter: 'rate',
  updown: 'value',
  gauge: 'value',
  histogram: 'p95',
  exponential: 'p95',
  summary: 'avg',
}

function unitOf({ unit, type }: Instrument, stat: Stat): string {
  const counted = type === 'counter' || type === 'updown' || type === 'gauge' ? unit : ''
  if (stat === 'count') return counted
  return stat === 'rate' ? `${counted}/s` : unit
}

function labelOf({ service, attributes }: SeriesPoints, by: string | undefined): string {
  if (by === undefined) return ''
  const value = by === 'service.name' ? service : attributes[by]
  return typeof value === 'object' || value === undefined ? textOf(null) : String(value)
}

function chart(members: SeriesPoints[], stat: Stat, { start, step, count }: Steps): MetricSeries['points'] {
  return Array.from({ length: count }, (_, index) => ({
    time: start + index * step,
    value: stat === 'value' ? lastOf(members, index) : stepValue(members, stat, index, step),
  }))
}

/** The last values of all series added up: what a gauge or up-down counter is over all its parts. */
function lastOf(members: SeriesPoints[], index: number): number | null {
  const values = members.map(({ lasts }) => lasts.get(index)?.value).filter((value) => value !== undefined)
  return values.length > 0 ? values.reduce((sum, value) => sum + value) : null
}

const quantiles: Partial<Record<Stat, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 }

function stepValue(members: SeriesPoints[], stat: Stat, index: number, step: number): number | null {
  const counts = emptyCounts()
  let any = false
  for (const { increments } of members) {
    const increment = increments.get(index)
    if (!increment) continue
    add(counts, increment)
    any = true
  }
  if (!any) return null
  if (stat === 'rate') return counts.count / (step / 1000)
  if (stat === 'count') return counts.count
  if (stat === 'avg') return counts.count > 0 ? counts.sum / counts.count : null
  return quantile(quantiles[stat] ?? 0.5, counts)
}

function size({ points }: MetricSeries): number {
  return points.reduce((sum, { value }) => sum + Math.abs(value ?? 0), 0)
}

type ExemplarRow = [time: number, value: number, trace: Uint8Array, span: Uint8Array]

function exemplars(segments: Segments, { from, to }: TimeRange, name: string, service: string | undefined): Exemplar[] {
  const found: Exemplar[] = []
  for (const { statements } of segments.all()) {
    const rows = statements.rows<ExemplarRow>(
      `SELECT e.time / 1000.0, e.value, e.trace_id, e.span_id
       FROM instruments i JOIN series s ON s.instrument = i.id JOIN resources r ON r.id = s.resource
         JOIN point_exemplars e ON e.series = s.id
       WHERE i.name = ?${service === undefined ? '' : ' AND r.service = ?'} AND e.time BETWEEN ? AND ?
       ORDER BY e.time DESC LIMIT ?`,
      name,
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
