/**
 * What is kept of an export: spans, log lines and points as flat records, each with the process that sent it. A record
 * that cannot be kept is refused alone, with a reason, and the rest goes on (OTLP's partial success).
 */

import type { Attributes, Value } from '../contract/contract.ts'
import { attributesOf, textOf } from './attributes.ts'
import type { KeyValue } from './message.ts'

/** The process that sent a record: one object for all records of one `ResourceSpans`, `ResourceLogs` or `ResourceMetrics`. */
export interface Resource {
  service: string
  attributes: Attributes
}

export interface SpanRecord {
  traceId: Uint8Array
  spanId: Uint8Array
  /** Empty for a root. */
  parentId: Uint8Array
  name: string
  /** SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number
  /** Microseconds since the epoch. */
  start: number
  /** Nanoseconds. */
  duration: number
  /** 0 unset, 1 ok, 2 error. */
  status: number
  attributes: Attributes
  details: SpanDetails | null
  resource: Resource
  scope: string
}

/** What few spans have; null where there is none of it. */
export interface SpanDetails {
  message: string
  events: { time: number; name: string; attributes: Attributes }[]
  links: { traceId: string; spanId: string; attributes: Attributes }[]
  dropped: [attributes: number, events: number, links: number]
}

export interface LogRecord {
  /** Microseconds since the epoch. */
  time: number
  /** 0 trace to 5 fatal. */
  level: number
  body: string
  structured: Value | undefined
  traceId: Uint8Array | null
  spanId: Uint8Array | null
  attributes: Attributes
  resource: Resource
  scope: string
}

export interface PointRecord {
  instrument: { name: string; unit: string; description: string; type: InstrumentType; temporality: Temporality }
  attributes: Attributes
  /** Milliseconds since the epoch; `start` is when a cumulative sum began, 0 if the sender left it out. */
  start: number
  time: number
  /** The number, or the sum of a distribution. */
  value: number
  distribution: Distribution | null
  exemplars: { time: number; value: number; traceId: Uint8Array; spanId: Uint8Array }[]
  resource: Resource
}

export type InstrumentType = 'counter' | 'updown' | 'gauge' | 'histogram' | 'exponential' | 'summary'
export type Temporality = 'cumulative' | 'delta' | 'none'

export type Distribution =
  | { count: number; bounds: number[]; counts: number[] }
  | { count: number; scale: number; zero: number; positive: Buckets; negative: Buckets }
  | { count: number; quantiles: [quantile: number, value: number][] }

export interface Buckets {
  offset: number
  counts: number[]
}

/** Records that are kept, how many are not, and why; with none rejected the reason is a warning, as OTLP has it. */
export interface Accepted<Kept> {
  records: Kept[]
  rejected: number
  reason: string
}

/** Counts a record that cannot be kept. The reason of the last one is reported. */
export function reject(accepted: Accepted<unknown>, reason: string): void {
  accepted.rejected++
  accepted.reason = reason
}

/** Reports what is odd about a record that is kept, unless a rejected one has a reason. */
export function warn(accepted: Accepted<unknown>, reason: string): void {
  if (accepted.rejected === 0 && reason !== '') accepted.reason = reason
}

export function resourceOf(resource: { attributes: KeyValue[] } | null | undefined): Resource {
  const attributes = attributesOf(resource?.attributes ?? [])
  return { service: serviceOf(attributes), attributes }
}

/** Services of one name in different namespaces are different services. */
function serviceOf(attributes: Attributes): string {
  const name = textOf(attributes['service.name']) || 'unknown_service'
  const namespace = textOf(attributes['service.namespace'])
  return namespace ? `${namespace}/${name}` : name
}

export function scopeOf(scope: { name: string; version: string } | null | undefined): string {
  if (!scope?.name) return ''
  return scope.version ? `${scope.name}@${scope.version}` : scope.name
}

const latest = Date.UTC(2200, 0) * 1000

/** Why a time in microseconds cannot be kept, or ''. */
export function badTime(time: number): string {
  if (time <= 0) return 'its time is missing'
  return time > latest ? 'its time is after the year 2200 (times are nanoseconds since 1970)' : ''
}

const FIRST_LIKELY = Date.UTC(2000, 0) * 1000

/** What is odd about a time in microseconds that is kept, or ''. */
export function oddTime(time: number): string {
  if (time >= FIRST_LIKELY) return ''
  const day = new Date(time / 1000).toISOString().slice(0, 10)
  return `Times of ${day} were stored. OTLP times are nanoseconds since 1970: check the unit that the sender uses.`
}

export function isId(id: Uint8Array, length: number): boolean {
  return id.length === length && id.some((byte) => byte !== 0)
}
