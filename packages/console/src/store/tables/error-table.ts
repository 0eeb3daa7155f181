/**
 * Error groups: one row for each type in one place of one service, with the newest message and trace. How many there were
 * when is in the roll-ups.
 */

import type { Failure } from '../derived/failures.ts'
import type { Statements } from '../segments/database.ts'
import type { Cells } from './cells.ts'
import type { Names } from './names.ts'

/** An exception is often recorded on every span that it passes through: within a trace a group counts once. */
const REMEMBERED_TRACES = 5000

export class ErrorTable {
  readonly #statements: Statements
  readonly #names: Names
  readonly #cells: Cells
  #newest = new Map<number, Failure & { first: number }>()
  readonly #counted = new Set<string>()

  constructor(statements: Statements, names: Names, cells: Cells) {
    this.#statements = statements
    this.#names = names
    this.#cells = cells
  }

  add(failure: Failure): void {
    const { service, type, place, time, traceId } = failure
    const key = this.#names.key('error', service, `${type}\0${place}`)
    if (traceId && this.#wasCounted(`${key} ${Buffer.from(traceId).toString('latin1')}`)) return
    this.#cells.add(key, time, 0, true)
    const held = this.#newest.get(key)
    if (!held) this.#newest.set(key, { ...failure, first: time })
    else if (held.time <= time) this.#newest.set(key, { ...failure, first: Math.min(held.first, time) })
  }

  write(): void {
    for (const [key, { service, type, place, message, first, time, traceId, spanId }] of this.#newest) {
      this.#statements.run(
        `INSERT INTO errors (key, service, type, place, message, first, last, trace_id, span_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET message = excluded.message, first = min(first, excluded.first),
           last = max(last, excluded.last), trace_id = excluded.trace_id, span_id = excluded.span_id`,
        key,
        service,
        type,
        place,
        message,
        first,
        time,
        traceId,
        spanId,
      )
    }
    this.reset()
  }

  reset(): void {
    this.#newest = new Map()
  }

  #wasCounted(id: string): boolean {
    if (this.#counted.has(id)) return true
    if (this.#counted.size >= REMEMBERED_TRACES) this.#counted.clear()
    this.#counted.add(id)
    return false
  }
}
