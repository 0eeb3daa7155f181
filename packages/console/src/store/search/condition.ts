/**
 * What a scan needs of a search: the time, the condition on the rows of one segment, and what a block must contain to be read.
 */

import type { SQLInputValue } from 'node:sqlite'
import type { Wanted } from './blocks.ts'
import { all, type Clause, clause, FIRST, isNever, LAST } from './clause.ts'

/** Microseconds since the epoch, both included. */
export interface Span {
  from: number
  to: number
}

export class Condition {
  readonly wanted: Wanted
  readonly #clause: Clause

  constructor(column: 'start' | 'time', { from, to }: Span, matching: Clause) {
    this.#clause = all([clause(`${column} BETWEEN ? AND ?`, [from, to]), matching])
    this.wanted = { from, to, minDuration: matching.minDuration, fields: matching.wanted }
  }

  get sql(): string {
    return ` AND (${this.#clause.sql})`
  }

  /** Nothing in this segment can match. */
  get never(): boolean {
    return isNever(this.#clause)
  }

  /** The values of `sql` for the rows of a run. */
  values(first: number, last: number): SQLInputValue[] {
    return this.#clause.values.map((value) => {
      if (value === FIRST) return first
      return value === LAST ? last : value
    })
  }
}
