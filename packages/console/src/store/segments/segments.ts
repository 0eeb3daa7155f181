/**
 * The segments as the page reads them: every one has a connection of its own, newest first, and goes when it is too old
 * or too much.
 */

import { openForReading, Statements } from './database.ts'
import { removeSegment, segmentBytes, segmentPath, segmentsIn } from './folder.ts'
import { expired, type Retention } from './retention.ts'

export interface Segment {
  number: number
  path: string
  statements: Statements
}

export interface Totals {
  spans: number
  logs: number
  points: number
  bytes: number
  /** Milliseconds since the epoch of the oldest and the newest record; null while there is none. */
  oldest: number | null
  newest: number | null
}

export class Segments {
  readonly #folder: string
  readonly #retention: Retention
  #open: Segment[] = []

  readonly #onUnreadable: (message: string) => void
  readonly #unreadable = new Set<number>()

  /** Called once for each segment that cannot be read; queries answer from the others. */
  constructor(folder: string, retention: Retention, onUnreadable: (message: string) => void) {
    this.#folder = folder
    this.#retention = retention
    this.#onUnreadable = onUnreadable
    this.refresh()
  }

  /** Newest first. */
  all(): readonly Segment[] {
    return this.#open
  }

  find(number: number): Segment | undefined {
    return this.#open.find((segment) => segment.number === number)
  }

  /** Finds segments that were added since, and deletes those that are too old or too much. */
  refresh(): void {
    for (const number of segmentsIn(this.#folder)) {
      if (!this.find(number)) this.#add(number)
    }
    this.#open.sort((a, b) => b.number - a.number)
    const [current, ...closed] = this.#open
    if (!current) return
    const candidates = closed.reverse().map(({ number, path, statements }) => ({
      number,
      bytes: segmentBytes(path),
      written: statements.row<[number]>('SELECT written FROM totals')?.[0] ?? 0,
    }))
    const gone = expired(candidates, segmentBytes(current.path), this.#retention, Date.now())
    for (const number of gone) this.#remove(number)
  }

  totals(): Totals {
    const sum: Totals = { spans: 0, logs: 0, points: 0, bytes: 0, oldest: null, newest: null }
    for (const { statements, path } of this.#open) {
      const row = statements.row<[number, number, number, number | null, number | null]>(
        'SELECT spans, logs, points, oldest, newest FROM totals',
      )
      if (!row) continue
      const [spans, logs, points, oldest, newest] = row
      sum.spans += spans
      sum.logs += logs
      sum.points += points
      sum.bytes += segmentBytes(path)
      if (oldest !== null) sum.oldest = Math.min(sum.oldest ?? oldest / 1000, oldest / 1000)
      if (newest !== null) sum.newest = Math.max(sum.newest ?? newest / 1000, newest / 1000)
    }
    return sum
  }

  #add(number: number): void {
    const path = segmentPath(this.#folder, number)
    try {
      this.#open.push({ number, path, statements: new Statements(openForReading(path)) })
      this.#unreadable.delete(number)
    } catch (error) {
      if (this.#unreadable.has(number)) return
      this.#unreadable.add(number)
      this.#onUnreadable(error instanceof Error ? error.message : String(error))
    }
  }

  /** The connection goes first: some systems do not delete an open file. */
  #remove(number: number): void {
    this.find(number)?.statements.database.close()
    this.#open = this.#open.filter((segment) => segment.number !== number)
    removeSegment(segmentPath(this.#folder, number))
  }

  close(): void {
    for (const { statements } of this.#open) statements.database.close()
    this.#open = []
  }
}
