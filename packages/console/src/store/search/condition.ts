/**
 * A search as SQL over the rows of one segment, with what a block must contain to be worth reading.
 */

import type { SQLInputValue } from 'node:sqlite'
import type { Statements } from '../segments/database.ts'
import { hashField, type Wanted } from './blocks.ts'
import { BadFilter, type Term } from './filter.ts'

/** Microseconds since the epoch, both included. */
export interface Span {
  from: number
  to: number
}

export class Condition {
  readonly wanted: Wanted
  readonly values: SQLInputValue[] = []
  readonly #clauses: string[] = []
  /** Set where nothing in this segment can match. */
  #impossible = false

  constructor({ from, to }: Span) {
    this.wanted = { from, to, minDuration: 0, fields: [] }
  }

  get sql(): string {
    return this.#clauses.map((clause) => ` AND ${clause}`).join('')
  }

  get never(): boolean {
    return this.#impossible
  }

  /** Rows must satisfy the clause, or must not. */
  add(clause: string, values: SQLInputValue[], negated = false): void {
    this.#clauses.push(negated ? `(${clause}) IS NOT TRUE` : clause)
    this.values.push(...values)
  }

  /** One of these numbers must stand in the column. */
  addIds(column: string, ids: number[], negated = false): void {
    if (ids.length === 0 && !negated) this.#impossible = true
    this.add(`${column} IN (${ids.join(', ')})`, [], negated)
  }

  /** A field that every matching row has. */
  want(...any: number[]): void {
    this.wanted.fields.push(any)
  }

  /** An attribute of the row or of the process that sent it. */
  addAttribute(statements: Statements, { key, comparison, value, negated }: Term & { key: string }): void {
    const path = `$."${key}"`
    if (comparison === '=') {
      // As JSON, so that the text "200" and the number 200 are both found.
      const texts = [JSON.stringify(value), value]
      const resources = statements
        .rows<[number]>('SELECT id FROM resources WHERE attributes -> ? IN (?, ?)', path, ...texts)
        .map(([id]) => id)
      this.add(`(attributes -> ? IN (?, ?) OR resource IN (${resources.join(', ')}))`, [path, ...texts], negated)
      if (!negated) this.want(hashField(key, value))
      return
    }
    const number = Number(value)
    if (Number.isNaN(number))
      throw new BadFilter(`${key}:${comparison}${value} compares with a number; ${JSON.stringify(value)} is none.`)
    this.add(`CAST(attributes ->> ? AS REAL) ${comparison} ?`, [path, number], negated)
  }
}
