/**
 * Traces: a line in a list, and one trace whole with its spans, its log lines, its critical path and its gaps. Two traces
 * are compared by asking for both.
 */

import type { LogLine } from './logs.ts'
import type { Attributes } from './values.ts'

export interface TraceSummary {
  traceId: string
  /** On the caller's clock, as the trace's own page has it; traces of more than 2000 spans as they were sent. */
  start: number
  duration: number
  /** The root span, or the earliest one where the root has not arrived. */
  name: string
  service: string
  route: string | null
  spans: number
  errors: number
  /** Every service in it, the root's first. */
  services: string[]
  /** The span that matched the search. */
  spanId: string | null
}

export interface Trace {
  traceId: string
  start: number
  duration: number
  /** By start time. `parentId` may name a span that has not arrived: show such a span as a root. */
  spans: Span[]
  logs: LogLine[]
  /** What the duration of the trace was spent on, in order: pieces of spans without overlap. */
  criticalPath: Piece[]
  /** Times inside a span that has children when none of them ran, from a hundredth of the trace on: its own work, or unexplained waiting. */
  gaps: Piece[]
  /** Services whose clock disagreed with those that called them: their spans and lines were moved. */
  clocks: Clock[]
  /** True where the trace has more spans or lines than are sent (50,000 spans, 5,000 lines). */
  truncated: boolean
}

/** A trace as it was sent, in OTLP/JSON: each list with its name is what `POST /v1/traces` and `/v1/logs` take. */
export interface Exported {
  resourceSpans: object[]
  resourceLogs: object[]
}

export interface Clock {
  service: string
  /** Milliseconds that were added to its times: positive where its clock was behind. */
  offset: number
}

export interface Piece {
  spanId: string
  start: number
  end: number
}

export interface Span {
  spanId: string
  parentId: string | null
  name: string
  service: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  start: number
  duration: number
  /** As the console counts it: `error` by its status or an answer of 5xx, `client-error` by an answer of 4xx. */
  status: 'unset' | 'ok' | 'error' | 'client-error'
  statusMessage: string
  attributes: Attributes
  events: SpanEvent[]
  links: SpanLink[]
  /** Attributes of the process that sent it. */
  resource: Attributes
  scope: string
  /** What the sender dropped, by its own count. */
  dropped: { attributes: number; events: number; links: number }
}

export interface SpanEvent {
  time: number
  name: string
  attributes: Attributes
}

export interface SpanLink {
  traceId: string
  spanId: string
  attributes: Attributes
}
