/**
 * The OTLP messages as they are decoded: the part of opentelemetry-proto that is kept. Sixty-four bit numbers are two halves,
 * ids are bytes, and a field that was not sent has protobuf's default (`''`, 0, an empty list) or is null for a message.
 */

import type { Int64 } from './int64.ts'

export interface AnyValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: Int64
  doubleValue?: number
  arrayValue?: { values: AnyValue[] } | null
  kvlistValue?: { values: KeyValue[] } | null
  bytesValue?: Uint8Array
}

export interface KeyValue {
  key: string
  value?: AnyValue | null
}

interface From {
  resource?: { attributes: KeyValue[] } | null
}

interface Scoped {
  scope?: { name: string; version: string } | null
}

export interface TraceRequest {
  resourceSpans: (From & { scopeSpans: (Scoped & { spans: SpanMessage[] })[] })[]
}

export interface SpanMessage {
  traceId: Uint8Array
  spanId: Uint8Array
  parentSpanId: Uint8Array
  name: string
  kind: number
  startTimeUnixNano: Int64
  endTimeUnixNano: Int64
  attributes: KeyValue[]
  droppedAttributesCount: number
  events: { timeUnixNano: Int64; name: string; attributes: KeyValue[] }[]
  droppedEventsCount: number
  links: { traceId: Uint8Array; spanId: Uint8Array; attributes: KeyValue[] }[]
  droppedLinksCount: number
  status?: { message: string; code: number } | null
}

export interface LogRequest {
  resourceLogs: (From & { scopeLogs: (Scoped & { logRecords: LogMessage[] })[] })[]
}

export interface LogMessage {
  timeUnixNano: Int64
  observedTimeUnixNano: Int64
  severityNumber: number
  severityText: string
  body?: AnyValue | null
  attributes: KeyValue[]
  traceId: Uint8Array
  spanId: Uint8Array
  eventName: string
}

export interface MetricRequest {
  resourceMetrics: (From & { scopeMetrics: (Scoped & { metrics: MetricMessage[] })[] })[]
}

export interface MetricMessage {
  name: string
  description: string
  unit: string
  gauge?: { dataPoints: NumberPoint[] } | null
  sum?: { dataPoints: NumberPoint[]; aggregationTemporality: number; isMonotonic: boolean } | null
  histogram?: { dataPoints: HistogramPoint[]; aggregationTemporality: number } | null
  exponentialHistogram?: { dataPoints: ExponentialPoint[]; aggregationTemporality: number } | null
  summary?: { dataPoints: SummaryPoint[] } | null
}

interface Point {
  attributes: KeyValue[]
  startTimeUnixNano: Int64
  timeUnixNano: Int64
  flags: number
}

export interface NumberPoint extends Point {
  asDouble?: number
  asInt?: Int64
  exemplars: ExemplarMessage[]
}

export interface HistogramPoint extends Point {
  count: Int64
  sum?: number
  bucketCounts: Int64[]
  explicitBounds: number[]
  exemplars: ExemplarMessage[]
}

export interface ExponentialPoint extends Point {
  count: Int64
  sum?: number
  scale: number
  zeroCount: Int64
  zeroThreshold: number
  positive?: { offset: number; bucketCounts: Int64[] } | null
  negative?: { offset: number; bucketCounts: Int64[] } | null
  exemplars: ExemplarMessage[]
}

export interface SummaryPoint extends Point {
  count: Int64
  sum: number
  quantileValues: { quantile: number; value: number }[]
}

export interface ExemplarMessage {
  timeUnixNano: Int64
  asDouble?: number
  asInt?: Int64
  spanId: Uint8Array
  traceId: Uint8Array
}
