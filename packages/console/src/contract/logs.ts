/**
 * Log lines and how many there were. Lines come newest first from `/api/logs`, by time in a trace.
 */

import type { Attributes, Value } from './values.ts'

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export interface LogLine {
  /** Stays the same; good as a key and in a link. */
  id: string
  time: number
  level: Level
  service: string
  /** The body as text; a structured body is JSON text here and whole in `structured`. */
  body: string
  structured?: Value
  traceId: string | null
  spanId: string | null
  attributes: Attributes
  resource: Attributes
  scope: string
}

export interface LogVolume {
  step: number
  /** One for every step of the range, oldest first. */
  points: ({ time: number } & Record<Level, number>)[]
  /** False where counting a search stopped for time; points before `reached` are then too low. */
  complete: boolean
  reached: number
}
