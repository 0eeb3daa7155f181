/**
 * Reads the roll-ups of one kind over all segments, as counts per key and step.
 */

import { Durations } from '../derived/duration-buckets.ts'
import type { Segments } from '../segments/segments.ts'
import { levelFor } from '../tables/cells.ts'
import type { KeyKind } from '../tables/names.ts'
import type { Steps, TimeRange } from './range.ts'

export interface Which {
  kind: KeyKind
  owner?: string | undefined
  name?: string | undefined
}

type Row = [owner: string, name: string, index: number, bucket: number, count: number, errors: number]

export function* rolledUp(segments: Segments, which: Which, { from, to }: TimeRange, steps: Steps): Generator<Row> {
  const { kind, owner, name } = which
  const level = levelFor(steps.step)
  const first = Math.floor(from / 1000 / level) * level
  const narrowed = [owner === undefined ? '' : ' AND k.owner = ?', name === undefined ? '' : ' AND k.name = ?'].join('')
  const narrow = [owner, name].filter((value) => value !== undefined)
  for (const { statements } of segments.all()) {
    const rows = statements.rows<Row>(
      `SELECT k.owner, k.name, CAST((c.time * 1000 - ?) / ? AS INTEGER), c.bucket, sum(c.count), sum(c.errors)
       FROM keys k JOIN cells c ON c.key = k.id
       WHERE k.kind = ?${narrowed} AND c.level = ? AND c.time >= ? AND c.time < ? GROUP BY c.key, 3, 4`,
      steps.start,
      steps.step,
      kind,
      ...narrow,
      level,
      first,
      to / 1000,
    )
    // A cell that begins before the first step ends in it.
    for (const [at, of, index, bucket, count, errors] of rows) yield [at, of, Math.max(0, index), bucket, count, errors]
  }
}

/** Durations of one key over a range, and requests in each of its parts. */
export interface Summary {
  owner: string
  name: string
  durations: Durations
  sparkline: number[]
  /** The last part that has any. */
  newest: number
}

export function summaries(segments: Segments, which: Which, range: TimeRange, steps: Steps): Summary[] {
  const found = new Map<string, Summary>()
  for (const [owner, name, index, bucket, count, errors] of rolledUp(segments, which, range, steps)) {
    const id = `${owner}\0${name}`
    let summary = found.get(id)
    if (!summary) {
      summary = { owner, name, durations: new Durations(), sparkline: new Array(steps.count).fill(0), newest: 0 }
      found.set(id, summary)
    }
    const part = Math.min(index, steps.count - 1)
    summary.durations.add(bucket, count, errors)
    summary.sparkline[part] = (summary.sparkline[part] ?? 0) + count
    summary.newest = Math.max(summary.newest, part)
  }
  return [...found.values()]
}
