/**
 * What an OTLP request holds, counted: the schema names only the way down to what is counted. Protobuf and JSON
 * (https://opentelemetry.io/docs/specs/otlp/).
 */
import protobuf from 'protobufjs'
import type { Counts } from './counts.ts'

const SCHEMA = `
syntax = "proto3";
message AnyValue { string string_value = 1; }
message Span { int32 kind = 6; }
message ScopeSpans { repeated Span spans = 2; }
message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
message Traces { repeated ResourceSpans resource_spans = 1; }
message LogRecord { AnyValue body = 5; }
message ScopeLogs { repeated LogRecord log_records = 2; }
message ResourceLogs { repeated ScopeLogs scope_logs = 2; }
message Logs { repeated ResourceLogs resource_logs = 1; }
message HistogramDataPoint { fixed64 count = 4; }
message Histogram { repeated HistogramDataPoint data_points = 1; }
message ExponentialHistogramDataPoint { fixed64 count = 4; }
message Metric { string name = 1; Histogram histogram = 9; }
message ScopeMetrics { repeated Metric metrics = 2; }
message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
message Metrics { repeated ResourceMetrics resource_metrics = 1; }
`

interface Traces {
  resourceSpans?: { scopeSpans?: { spans?: { kind?: number | string }[] }[] }[]
}
interface Logs {
  resourceLogs?: { scopeLogs?: { logRecords?: unknown[] }[] }[]
}
interface Metrics {
  resourceMetrics?: {
    scopeMetrics?: { metrics?: { name?: string; histogram?: { dataPoints?: { count?: number | string }[] } }[] }[]
  }[]
}

const root = protobuf.parse(SCHEMA).root

function read<Message>(name: string, body: Buffer, isJson: boolean): Message {
  if (isJson) return JSON.parse(body.toString())
  const type = root.lookupType(name)
  return Object.assign(Object.create(null), type.toObject(type.decode(body), { longs: Number }))
}

export function countTraces(body: Buffer, isJson: boolean, counts: Counts): void {
  const { resourceSpans = [] } = read<Traces>('Traces', body, isJson)
  for (const { scopeSpans = [] } of resourceSpans) {
    for (const { spans = [] } of scopeSpans) {
      counts.spans += spans.length
      for (const { kind } of spans) if (kind === 2 || kind === 'SPAN_KIND_SERVER') counts.requests += 1
    }
  }
}

export function countLogs(body: Buffer, isJson: boolean, counts: Counts): void {
  const { resourceLogs = [] } = read<Logs>('Logs', body, isJson)
  for (const { scopeLogs = [] } of resourceLogs) {
    for (const { logRecords = [] } of scopeLogs) counts.records += logRecords.length
  }
}

/** The histograms of server requests are cumulative, so the last one tells. */
export function countMetrics(body: Buffer, isJson: boolean, counts: Counts): void {
  const { resourceMetrics = [] } = read<Metrics>('Metrics', body, isJson)
  for (const { scopeMetrics = [] } of resourceMetrics) {
    for (const { name = '', histogram } of scopeMetrics.flatMap(({ metrics = [] }) => metrics)) {
      if (!/^http\.server\.(request\.)?duration$/.test(name)) continue
      counts.measured = 0
      for (const { count } of histogram?.dataPoints ?? []) counts.measured += Number(count)
    }
  }
}
