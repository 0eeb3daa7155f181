/**
 * Roll-ups: counts per key, duration bucket and while, at three widths, so that a chart of any range reads a few hundred
 * cells. Collected in memory for one transaction and written with it, so they never disagree with the rows.
 */

import type { Statements } from '../segments/database.ts'

/** Widths of cells in seconds. */
export const levels = [10, 60, 600] as const

/** The widest cells of which whole ones make a step (milliseconds). */
export function levelFor(step: number): number {
  return levels.findLast((level) => step % (level * 1000) === 0) ?? levels[0]
}

interface Cell {
  key: number
  time: number
  bucket: number
  count: number
  errors: number
}

export class Cells {
  readonly #statements: Statements
  #cells = new Map<number, Cell>()

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** `at` is in microseconds. */
  add(key: number, at: number, bucket: number, error: boolean): void {
    const time = Math.floor(at / 10_000_000)
    // Key, ten-second number (below 2^30 until the year 2310) and bucket in one exact number: no text, no garbage.
    const id = (key * 0x4000_0000 + time) * 256 + bucket
    const cell = this.#cells.get(id)
    if (cell) {
      cell.count++
      if (error) cell.errors++
    } else this.#cells.set(id, { key, time: time * 10, bucket, count: 1, errors: error ? 1 : 0 })
  }

  /** Writes what was collected, as part of the caller's transaction. */
  write(): void {
    for (const level of levels) for (const cell of widen(this.#cells.values(), level)) this.#put(level, cell)
    this.reset()
  }

  reset(): void {
    this.#cells = new Map()
  }

  #put(level: number, { key, time, bucket, count, errors }: Cell): void {
    this.#statements.run(
      `INSERT INTO cells (key, level, time, bucket, count, errors) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, errors = errors + excluded.errors`,
      key,
      level,
      time,
      bucket,
      count,
      errors,
    )
  }
}

function widen(cells: Iterable<Cell>, level: number): Iterable<Cell> {
  if (level === levels[0]) return cells
  const wide = new Map<number, Cell>()
  for (const { key, time: start, bucket, count, errors } of cells) {
    const time = start - (start % level)
    const id = (key * 0x4000_0000 + time / 10) * 256 + bucket
    const cell = wide.get(id)
    if (cell) {
      cell.count += count
      cell.errors += errors
    } else wide.set(id, { key, time, bucket, count, errors })
  }
  return wide.values()
}
