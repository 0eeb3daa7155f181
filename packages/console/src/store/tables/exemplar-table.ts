/**
 * Real requests to show with a route's figures: for every ten seconds the slowest one, an error and an ordinary one.
 */

import type { SpanRecord } from '../../otlp/record.ts'
import type { Statements } from '../segments/database.ts'

const slots = { slowest: 0, error: 1, ordinary: 2 } as const

interface Candidate {
  key: number
  cell: number
  slot: number
  span: SpanRecord
  error: boolean
}

export class ExemplarTable {
  readonly #statements: Statements
  #candidates = new Map<string, Candidate>()

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** `key` is the route's. */
  offer(key: number, span: SpanRecord, error: boolean): void {
    const cell = Math.floor(span.start / 10_000_000) * 10
    this.#propose({ key, cell, slot: slots.slowest, span, error })
    this.#propose({ key, cell, slot: error ? slots.error : slots.ordinary, span, error })
  }

  write(): void {
    for (const { key, cell, slot, span, error } of this.#candidates.values()) {
      this.#statements.run(
        `INSERT INTO exemplars (key, cell, slot, time, duration, error, trace_id, span_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET time = excluded.time, duration = excluded.duration, error = excluded.error,
           trace_id = excluded.trace_id, span_id = excluded.span_id
         WHERE slot = ${slots.slowest} AND excluded.duration > duration`,
        key,
        cell,
        slot,
        span.start,
        span.duration,
        error ? 1 : 0,
        span.traceId,
        span.spanId,
      )
    }
    this.reset()
  }

  reset(): void {
    this.#candidates = new Map()
  }

  #propose(candidate: Candidate): void {
    const id = `${candidate.key} ${candidate.cell} ${candidate.slot}`
    const held = this.#candidates.get(id)
    const better = candidate.slot === slots.slowest && held && candidate.span.duration > held.span.duration
    if (!held || better) this.#candidates.set(id, candidate)
  }
}
