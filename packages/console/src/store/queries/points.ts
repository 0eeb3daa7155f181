/**
 * Points of an instrument as series: increments of counters and distributions (the difference of cumulative points, where a
 * restart begins again at zero, or delta points as they are) and the last values of gauges.
 */

import type { Attributes, Instrument } from '../../contract/contract.ts'
import type { Distribution, Temporality } from '../../otlp/record.ts'
import type { Segments } from '../segments/segments.ts'
import { type Counts, countsOf, difference } from './distribution.ts'
import type { Increment } from './increments.ts'
import type { Steps } from './range.ts'

export interface LastValue {
  value: number
  distribution: Distribution | null
}

/** One series: what one process reports of an instrument under one set of attributes. */
export interface SeriesPoints {
  service: string
  resource: Attributes
  attributes: Attributes
  increments: Increment[]
  /** By step: the last value in it or, up to five minutes long, before it. */
  lasts: Map<number, LastValue>
}

interface Point {
  time: number
  start: number
  temporality: Temporality
  value: number
  distribution: Distribution | null
}

type Row = [
  service: string,
  resource: string,
  attributes: string,
  temporality: Temporality,
  time: number,
  start: number,
  value: number,
  distribution: string | null,
]

/** How far before the range the point before its first one may be: SDKs report every minute by default, some every five. */
const LOOKBACK = 600_000
/** How long a last value holds without a newer one, as in Prometheus. */
const STALE = 300_000

export interface PointQuery extends Pick<Instrument, 'name' | 'unit' | 'type'> {
  service?: string | undefined
  /** Milliseconds since the epoch. */
  to: number
}

export function seriesPoints(segments: Segments, query: PointQuery, steps: Steps): SeriesPoints[] {
  const found = new Map<string, { service: string; resource: string; attributes: string; points: Point[] }>()
  for (const row of rows(segments, query, steps)) {
    const [service, resource, attributes, temporality, time, start, value, text] = row
    const id = `${resource} ${attributes}`
    const series = found.get(id) ?? { service, resource, attributes, points: [] }
    found.set(id, series)
    const distribution: Distribution | null = text === null ? null : JSON.parse(text)
    series.points.push({ time: time / 1000, start: start / 1000, temporality, value, distribution })
  }
  return [...found.values()].flatMap(({ service, resource, attributes, points }) => {
    // A late point is in a newer segment than the points after it.
    points.sort((a, b) => a.time - b.time)
    const lasts = lastValues(points, steps)
    const increments = incrementsOf(points)
    if (lasts.size === 0 && increments.length === 0) return []
    return [{ service, resource: JSON.parse(resource), attributes: JSON.parse(attributes), increments, lasts }]
  })
}

function incrementsOf(points: Point[]): Increment[] {
  let before: { point: Point; counts: Counts } | undefined
  return points.flatMap((point) => {
    const counts = countsAt(point)
    const previous = before
    before = { point, counts }
    return incrementOf(point, counts, previous) ?? []
  })
}

function incrementOf(
  { time, start, temporality }: Point,
  counts: Counts,
  before: { point: Point; counts: Counts } | undefined,
): Increment | undefined {
  const since = before?.point.time ?? 0
  const known = start > 0 && start < time
  if (temporality === 'delta') {
    const from = known ? Math.max(start, since) : since
    return { from: from > 0 && from < time ? from : time - 1, to: time, counts }
  }
  const restarted = before && (start > since || counts.count < before.counts.count)
  if (before && !restarted) return { from: since, to: time, counts: difference(counts, before.counts) }
  // Without a point before and without a start it is unknown since when the value grew.
  if (!before && !known) return undefined
  return { from: known ? Math.max(start, since) : since, to: time, counts }
}

function countsAt({ value, distribution }: Point): Counts {
  return distribution ? countsOf(value, distribution) : { count: value, sum: value, buckets: new Map() }
}

function lastValues(points: Point[], { start, step, count }: Steps): Map<number, LastValue> {
  const lasts = new Map<number, LastValue>()
  for (const [at, point] of points.entries()) {
    const next = points[at + 1]?.time ?? Number.POSITIVE_INFINITY
    const until = Math.min(next - 1, point.time + STALE)
    const first = Math.max(0, Math.floor((point.time - start) / step))
    const last = Math.min(count - 1, Math.floor((until - start) / step))
    for (let index = first; index <= last; index++) lasts.set(index, point)
  }
  return lasts
}

/**
 * Of cumulative series and gauges the last point of each step and start says all; of delta series, and of cumulative ones that do
 * not say when they began, every point counts.
 */
function* rows(
  segments: Segments,
  { name, unit, type, service, to }: PointQuery,
  { start, step }: Steps,
): Generator<Row> {
  const from = start - Math.ceil(LOOKBACK / step) * step
  const columns = 'r.service, r.attributes, s.attributes, i.temporality, p.time, p.start, p.value, p.distribution'
  const where = `i.name = ? AND i.unit = ? AND i.type = ?${service === undefined ? '' : ' AND r.service = ?'}
    AND s.newest >= ? AND p.time BETWEEN ? AND ?`
  const values = [name, unit, type, ...(service === undefined ? [] : [service]), from * 1000, from * 1000, to * 1000]
  const tables = `instruments i JOIN series s ON s.instrument = i.id JOIN resources r ON r.id = s.resource
    JOIN points p ON p.series = s.id`
  for (const { statements } of [...segments.all()].reverse()) {
    // SQLite takes the other columns of a group from the row that has its max().
    for (const [, ...row] of statements.each<[number, ...Row]>(
      `SELECT max(p.time), ${columns} FROM ${tables} WHERE ${where} AND i.temporality <> 'delta'
       GROUP BY s.id, CAST((p.time / 1000 - ?) / ? AS INTEGER), p.start,
         CASE WHEN p.start = 0 AND i.temporality = 'cumulative' THEN p.time END ORDER BY s.id, p.time`,
      ...values,
      from,
      step,
    )) {
      yield row
    }
    yield* statements.each<Row>(
      `SELECT ${columns} FROM ${tables} WHERE ${where} AND i.temporality = 'delta' ORDER BY s.id, p.time`,
      ...values,
    )
  }
}
