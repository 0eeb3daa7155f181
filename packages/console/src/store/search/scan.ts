/**
 * Walks the rows of all segments newest first, block by block, and leaves the event loop free in between. A scan that takes
 * too long stops and says how far it came, so a search for something very rare never hangs the page.
 */

import { setImmediate } from 'node:timers/promises'
import type { Segment, Segments } from '../segments/segments.ts'
import { type Run, runs } from './blocks.ts'
import type { Condition } from './condition.ts'

/** Where a list goes on: a row of a segment; rows before it come next. */
export interface Cursor {
  segment: number
  row: number
}

export interface Progress {
  /** Where to go on; null where everything was looked at. */
  next: Cursor | null
  complete: boolean
  /** Microseconds since the epoch back to which everything was looked at. */
  reached: number
}

interface Scan {
  segments: Segments
  signal: 'spans' | 'logs'
  before: Cursor | null
  /** Built for each segment, as names have other numbers in each. */
  condition: (segment: Segment) => Condition
  /** Reads the rows of a run, newest first, and returns the last row to count as looked at when the list is full. */
  visit: (segment: Segment, run: Run, condition: Condition) => number | undefined
}

/** Milliseconds that a search may take, and those after which it lets others run. */
export const BUDGET = 800
export const PAUSE = 20
/** Rows of runs without a filter that are read at once. */
const MOST_ROWS = 16_384

export async function scan(options: Scan): Promise<Progress> {
  const startedAt = performance.now()
  let yieldedAt = startedAt
  for (const { segment, run, condition } of candidates(options)) {
    const full = options.visit(segment, run, condition)
    const now = performance.now()
    if (full !== undefined || now - startedAt > BUDGET) {
      const row = full ?? run[0]
      const reached = timeOf(segment, options.signal, row)
      return { next: { segment: segment.number, row }, complete: full !== undefined, reached }
    }
    if (now - yieldedAt > PAUSE) {
      await setImmediate()
      yieldedAt = performance.now()
    }
  }
  return { next: null, complete: true, reached: 0 }
}

/** Runs that may hold what is wanted, newest first. */
function* candidates({ segments, signal, before, condition: conditionOf }: Scan) {
  for (const segment of [...segments.all()]) {
    const { database } = segment.statements
    // Retention may delete a segment while the scan breathes.
    if ((before && segment.number > before.segment) || !database.isOpen) continue
    const condition = conditionOf(segment)
    if (condition.never || !overlaps(segment, condition)) continue
    const below = before && segment.number === before.segment ? before.row : Number.MAX_SAFE_INTEGER
    for (const run of joined(runs(segment.statements, signal, newest(segment, signal, below), condition.wanted))) {
      yield { segment, run, condition }
      if (!database.isOpen) break
    }
  }
}

/** One more than the newest row to look at. */
function newest({ statements }: Segment, signal: 'spans' | 'logs', below: number): number {
  const last = statements.row<[number | null]>(`SELECT max(id) FROM ${signal}`)?.[0] ?? 0
  return Math.min(below, last + 1)
}

function overlaps({ statements }: Segment, { wanted }: Condition): boolean {
  const [oldest, newest] = statements.row<[number | null, number | null]>('SELECT oldest, newest FROM totals') ?? [
    null,
    null,
  ]
  return oldest !== null && newest !== null && newest >= wanted.from && oldest <= wanted.to
}

function timeOf({ statements }: Segment, signal: 'spans' | 'logs', row: number): number {
  const column = signal === 'spans' ? 'start' : 'time'
  return statements.row<[number]>(`SELECT ${column} FROM ${signal} WHERE id = ?`, row)?.[0] ?? 0
}

/** Neighbouring runs as one, in pieces that take some milliseconds. */
export function* joined(all: Iterable<Run>): Generator<Run> {
  let held: Run | undefined
  for (const [first, last] of all) {
    if (held && held[0] === last + 1 && held[1] - first < MOST_ROWS) held = [first, held[1]]
    else {
      if (held) yield* pieces(held)
      held = [first, last]
    }
  }
  if (held) yield* pieces(held)
}

function* pieces([first, last]: Run): Generator<Run> {
  for (let to = last; to >= first; to -= MOST_ROWS) yield [Math.max(first, to - MOST_ROWS + 1), to]
}

export function cursorText(cursor: Cursor | null): string | null {
  return cursor ? `${cursor.segment}.${cursor.row}` : null
}

export function cursorOf(text: string | undefined): Cursor | null {
  const [, segment, row] = /^(\d{1,8})\.(\d{1,15})$/.exec(text ?? '') ?? []
  return segment === undefined || row === undefined ? null : { segment: Number(segment), row: Number(row) }
}
