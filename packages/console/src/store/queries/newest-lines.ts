/**
 * Finds log lines by their time, newest first. They are stored as they arrive, and every sender holds its lines back for a
 * while of its own, so blocks are read by the newest time that each may hold, until no unread one can hold a newer line than
 * those that are found.
 */

import { setImmediate } from 'node:timers/promises'
import { extents, type Run, runs } from '../search/blocks.ts'
import type { Condition } from '../search/condition.ts'
import { BUDGET, joined, PAUSE } from '../search/scan.ts'
import type { Segment, Segments } from '../segments/segments.ts'

/** A place in the order of lines; where a list goes on, lines before it come next. */
export interface Place {
  /** Microseconds since the epoch. */
  time: number
  segment: number
  row: number
}

interface Wanted {
  segments: Segments
  before: Place | null
  limit: number
  /** Built for each segment, as names have other numbers in each. */
  condition: (segment: Segment) => Condition
  /** Rows and times of a run that match and stand before `before`, newest first. */
  read: (segment: Segment, condition: Condition, run: Run, before: Place | null, limit: number) => [number, number][]
}

export interface NewestLines {
  lines: Place[]
  next: Place | null
  /** False where the search stopped for time; everything after `reached` was looked at. */
  complete: boolean
  reached: number
}

/** Blocks of one segment that are read at once. */
interface Chunk {
  segment: Segment
  condition: Condition
  run: Run
  newest: number
}

const BLOCKS_AT_ONCE = 8
const ANYWHERE = Number.MAX_SAFE_INTEGER

export async function newestLines(wanted: Wanted): Promise<NewestLines> {
  const { before, limit, read } = wanted
  const startedAt = performance.now()
  let yieldedAt = startedAt
  let lines: Place[] = []
  for (const { segment, condition, run, newest } of chunksOf(wanted)) {
    const last = lines.length === limit ? lines.at(-1) : undefined
    if (last && newest < last.time) break
    const now = performance.now()
    if (now - startedAt > BUDGET) return stoppedAt(newest, lines)
    if (now - yieldedAt > PAUSE) {
      await setImmediate()
      yieldedAt = performance.now()
    }
    const { statements, number } = segment
    // Retention may delete a segment while the search breathes.
    if (!statements.database.isOpen) continue
    const [first, below] = [run[0], run[1] + 1]
    for (const part of joined(runs(statements, 'logs', below, condition.wanted, first))) {
      const rows = read(segment, condition, part, before, limit)
      lines.push(...rows.map(([row, time]) => ({ time, segment: number, row })))
    }
    lines = lines.sort(byTime).slice(0, limit)
  }
  const last = lines.length === limit ? lines.at(-1) : undefined
  return { lines, next: last ?? null, complete: true, reached: last?.time ?? 0 }
}

/** Newest first. Blocks that arrived one after the other are read together. */
function chunksOf({ segments, before, condition: conditionOf }: Wanted): Chunk[] {
  const chunks: Chunk[] = []
  for (const segment of segments.all()) {
    const condition = conditionOf(segment)
    if (condition.never) continue
    const { from, to } = condition.wanted
    const until = Math.min(to, before?.time ?? to)
    const inTime = extents(segment.statements, 'logs').filter(({ oldest, newest }) => newest >= from && oldest <= until)
    for (let at = 0; at < inTime.length; at += BLOCKS_AT_ONCE) {
      const together = inTime.slice(at, at + BLOCKS_AT_ONCE)
      const run: Run = [together.at(-1)?.first ?? 1, together[0]?.last ?? 0]
      chunks.push({ segment, condition, run, newest: Math.max(...together.map(({ newest }) => newest)) })
    }
  }
  return chunks.sort((a, b) => b.newest - a.newest)
}

function stoppedAt(reached: number, lines: Place[]): NewestLines {
  const sure = lines.filter(({ time }) => time > reached)
  return { lines: sure, next: { time: reached, segment: ANYWHERE, row: ANYWHERE }, complete: false, reached }
}

function byTime(a: Place, b: Place): number {
  return b.time - a.time || b.segment - a.segment || b.row - a.row
}

export function placeText(place: Place | null): string | null {
  return place ? `${place.time}.${place.segment}.${place.row}` : null
}

export function placeOf(text: string | undefined): Place | null {
  const [, time, segment, row] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text ?? '') ?? []
  return time === undefined ? null : { time: Number(time), segment: Number(segment), row: Number(row) }
}
