/**
 * Points of an instrument as what came in each step: the difference of cumulative points (a restart begins again at zero),
 * the sum of delta points, the last value of gauges.
 */

import type { Distribution, Temporality } from '../../otlp/record.ts'
import type { Segments } from '../segments/segments.ts'
import { add, type Counts, countsOf, difference, emptyCounts } from './distribution.ts'
import type { Steps } from './range.ts'

/** One series over the steps; a step without points is absent. */
export interface SeriesPoints {
  service: string
  attributes: Record<string, unknown>
  /** What came in a step: for sums and distributions. */
  increments: Map<number, Counts>
  /** The last value in a step: for gauges and up-down counters, and quantiles of a summary. */
  lasts: Map<number, { value: number; distribution: Distribution | null }>
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

/** How far before the range the point before its first one may be: SDKs report every minute by default. */
const LOOKBACK = 120_000

interface Previous {
  start: number
  value: number
  counts: Counts
}

export interface PointQuery {
  name: string
  service?: string | undefined
  /** Milliseconds since the epoch. */
  to: number
}

export function seriesPoints(segments: Segments, query: PointQuery, steps: Steps): SeriesPoints[] {
  const found = new Map<string, SeriesPoints>()
  const previous = new Map<string, Previous>()
  // Oldest first, as differences need the point before; one step more at the beginning gives the first difference.
  const from = steps.start - Math.ceil(LOOKBACK / steps.step) * steps.step
  for (const row of rows(segments, query, steps, from)) {
    const [of, resource, attributes, temporality, time, , value, text] = row
    const id = `${resource} ${attributes}`
    let series = found.get(id)
    if (!series) {
      series = { service: of, attributes: JSON.parse(attributes), increments: new Map(), lasts: new Map() }
      found.set(id, series)
    }
    const index = Math.floor((time / 1000 - steps.start) / steps.step)
    const distribution: Distribution | null = text === null ? null : JSON.parse(text)
    const counts = distribution ? countsOf(value, distribution) : { count: value, sum: value, buckets: new Map() }
    const increment = temporality === 'cumulative' ? since(previous, id, row, counts, from) : counts
    if (index < 0) continue
    series.lasts.set(index, { value, distribution })
    const into = series.increments.get(index) ?? emptyCounts()
    add(into, increment)
    series.increments.set(index, into)
  }
  return [...found.values()].filter(({ lasts }) => lasts.size > 0)
}

function since(previous: Map<string, Previous>, id: string, row: Row, counts: Counts, from: number): Counts {
  const [, , , , , start, value] = row
  const before = previous.get(id)
  previous.set(id, { start, value, counts })
  if (!before) return start / 1000 >= from ? counts : emptyCounts()
  const restarted = before.start !== start || counts.count < before.counts.count
  return restarted ? counts : difference(counts, before.counts)
}

/** Of cumulative series and gauges the last point of each step says all; of delta series every point counts. */
function* rows(segments: Segments, { name, service, to }: PointQuery, { step }: Steps, from: number): Generator<Row> {
  const columns = 'r.service, r.attributes, s.attributes, i.temporality, p.time, p.start, p.value, p.distribution'
  const where = `i.name = ?${service === undefined ? '' : ' AND r.service = ?'} AND s.newest >= ? AND p.time BETWEEN ? AND ?`
  const values = [name, ...(service === undefined ? [] : [service]), from * 1000, from * 1000, to * 1000]
  const tables = `instruments i JOIN series s ON s.instrument = i.id JOIN resources r ON r.id = s.resource
    JOIN points p ON p.series = s.id`
  for (const { statements } of [...segments.all()].reverse()) {
    // SQLite takes the other columns of a group from the row that has its max().
    for (const [, ...row] of statements.each<[number, ...Row]>(
      `SELECT max(p.time), ${columns} FROM ${tables} WHERE ${where} AND i.temporality <> 'delta'
       GROUP BY s.id, CAST((p.time / 1000 - ?) / ? AS INTEGER) ORDER BY s.id, p.time`,
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
