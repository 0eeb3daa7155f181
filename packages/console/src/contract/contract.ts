/**
 * Queries of the page and their answers: every query is `GET path?name=value` and answers one JSON object.
 * Times are epoch milliseconds and durations are milliseconds, both with fractions (microseconds survive); ids are
 * lower-case hex. A refused query answers 400, 401, 403 or 404 with a `Problem`. The server implements `Queries` and the
 * page calls it, so neither can drift from the other.
 */

import type { LogLine, LogVolume } from './logs.ts'
import type { Instrument, Metric } from './metrics.ts'
import type { ErrorGroup, Red, Route, Service, ServiceMap } from './services.ts'
import type { Slow } from './slow.ts'
import type { Exported, Trace, TraceSummary } from './traces.ts'

export type * from './logs.ts'
export type * from './metrics.ts'
export type * from './services.ts'
export type * from './slow.ts'
export type * from './traces.ts'
export type * from './values.ts'

/** The time range of a query. Left out, `to` is now and `from` is 15 minutes before `to`. */
export interface Range {
  from?: number
  to?: number
}

/** A page of a list that goes back in time: pass `next` as `before` to go on; `next` is null where nothing is left.
 * A trace that goes on over a page's edge may be listed on both: keep the first by its id. */
export interface Page {
  /** 1 to 1000. Default: 50 traces, 200 log lines. */
  limit?: number
  before?: string
}

/**
 * A search in the language of docs/search.md. Answers carry a `hint` where a field of it is unknown, with the nearest that is known; `across` is
 * true where no single span met all conditions and those traces are listed that meet them in different spans.
 */
export interface Filter {
  q?: string
}

/** Path, query parameters and answer of everything that can be asked. */
export interface Queries {
  '/api/status': { query: Record<never, never>; answer: Status }
  '/api/services': { query: Range; answer: { services: Service[] } }
  '/api/map': { query: Range; answer: ServiceMap }
  '/api/routes': { query: Range & { service: string }; answer: { routes: Route[] } }
  /** Without `route`: the whole service. `step` is chosen when left out, so that about 120 points fill the range. */
  '/api/red': { query: Range & { service: string; route?: string; step?: number }; answer: Red }
  /** Slow requests of a route against normal ones. Without `service`: of every service that has the route. */
  '/api/slow': { query: Range & { route: string; service?: string }; answer: Slow }
  /** With `sort` the largest of the whole range come first, without a next page. */
  '/api/traces': {
    query: Range & Page & Filter & { sort?: 'duration' | 'spans' | 'errors' }
    answer: { traces: TraceSummary[]; hint: string | null; across: boolean } & Back
  }
  '/api/trace': { query: { id: string }; answer: Trace }
  /** To keep with a bug report; `observe-console import` reads it. */
  '/api/export': { query: { id: string }; answer: Exported }
  '/api/logs': { query: Range & Page & Filter; answer: { logs: LogLine[]; hint: string | null } & Back }
  /** One line by its id, as a link names it. */
  '/api/line': { query: { id: string }; answer: { line: LogLine } }
  '/api/logs/volume': { query: Range & Filter & { step?: number }; answer: LogVolume }
  '/api/metrics': { query: Range & { service?: string }; answer: { instruments: Instrument[] } }
  '/api/metric': { query: Range & MetricQuery; answer: Metric }
  '/api/errors': { query: Range & { service?: string }; answer: { errors: ErrorGroup[] } }
  '/api/search': { query: Range & { q: string }; answer: Found }
  /**
   * Attribute keys seen in the range, most used first, and, with `key`, its most used values: for completing filters. The
   * keys `service`, `route` and `name` are those of the filter.
   */
  '/api/fields': { query: Range & { signal: 'spans' | 'logs'; key?: string }; answer: { values: FieldValue[] } }
}

/** How far a list went back. A search that would take too long stops, says so, and goes on from `next`. */
export interface Back {
  next: string | null
  /** False where the search stopped for time before the list was full; everything after `reached` was looked at. */
  complete: boolean
  /** The time back to which everything was looked at. */
  reached: number
}

export interface MetricQuery {
  name: string
  /** Needed where instruments of one name differ in unit or type; without both: the first of them. A type without a unit means no unit. */
  unit?: string
  type?: Instrument['type']
  service?: string
  /**
   * An attribute of the point or its process to split by; `service.name` splits by service. Left out: one series over everything or,
   * for what has no sum (gauges, percentiles of summaries), each series by itself.
   */
  by?: string
  /** Default: what suits the instrument: `rate` for counters, `value` for gauges and up-down counters, `p95` for histograms and
   * summaries that have it, else `avg`. */
  stat?: 'rate' | 'value' | 'count' | 'avg' | 'p50' | 'p95' | 'p99'
  step?: number
}

export interface FieldValue {
  value: string
  count: number
}

/** What one search box finds: whatever is named like it, and the newest traces and log lines that match. */
export interface Found {
  /** Set where `q` is the id of a stored trace (or of a span of it): go there. */
  traceId: string | null
  services: string[]
  routes: { service: string; route: string }[]
  instruments: { name: string; unit: string; description: string }[]
  errors: ErrorGroup[]
  traces: TraceSummary[]
  logs: LogLine[]
}

export interface Status {
  version: string
  /** Where to send, such as `http://127.0.0.1:4318`, for the copyable lines. */
  otlp: string
  /** Where OTLP over gRPC is taken; null where it is not. */
  grpc: string | null
  /** The token that senders must give as `Authorization: Bearer`, or null on loopback. */
  token: string | null
  stored: { spans: number; logs: number; points: number; bytes: number; oldest: number | null; newest: number | null }
  retention: { maxAge: number; maxBytes: number }
  /** What was refused since the start, and why. */
  refused: { reason: string; count: number }[]
  now: number
}

/** The body of every refused query, and of `error` events. */
export interface Problem {
  error: string
}

/**
 * `GET /api/live` is a stream of Server-Sent Events that the browser's EventSource reconnects by itself.
 *
 * - `changed`: something was stored; at most twice a second. Ask again for what the screen shows. One with zeros comes on
 *   connecting and every 15 seconds: it only says that the stream is alive.
 * - `logs`: with `?logs=1` (and `q` as for `/api/logs`), each new matching line, in order, oldest first. After a
 *   reconnect the stream goes on where it was (Last-Event-ID). A tail that falls behind skips and says how many.
 */
export interface LiveEvents {
  changed: { spans: number; logs: number; points: number; services: string[]; now: number }
  logs: { logs: LogLine[]; skipped: number }
}
