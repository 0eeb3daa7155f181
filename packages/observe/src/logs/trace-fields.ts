/**
 * The ids of a span as fields of a line.
 */
import { type Context, isSpanContextValid, type SpanContext, TraceFlags, trace } from '@opentelemetry/api'
import { logField } from '../conventions/names.ts'

/** The ids of a context's span. */
export function traceFields(context: Context): Record<string, string> {
  const span = trace.getSpanContext(context)
  return span === undefined || !isSpanContextValid(span) ? {} : idFields(span)
}

/** A span's ids as the fields that Loki and Grafana link by. */
export function idFields(span: SpanContext): Record<string, string> {
  return {
    [logField.traceId]: span.traceId,
    [logField.spanId]: span.spanId,
    [logField.traceFlags]: flagsText(span),
  }
}

/** The same as encoded JSON, to go after another field. */
export function idText(span: SpanContext): string {
  return `,"trace_id":"${span.traceId}","span_id":"${span.spanId}","trace_flags":"${flagsText(span)}"`
}

function flagsText({ traceFlags }: SpanContext): string {
  return `0${traceFlags & TraceFlags.SAMPLED}`
}
