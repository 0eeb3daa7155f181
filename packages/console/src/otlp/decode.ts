/**
 * OTLP bytes to messages, for both encodings. protobufjs compiles a decoder for each message type; OTLP/JSON goes through
 * the same types (json.ts), so that everything behind this file sees one shape.
 */

import protobuf from 'protobufjs/light.js'
import { countMessages, decodeBounded, TooMany } from './bounds.ts'
import descriptor from './generated/otlp.json' with { type: 'json' }
import { type Parsed, type Path, parseJson, parseZipkin } from './json.ts'
import type { LogRequest, MetricRequest, TraceRequest } from './message.ts'

export type Signal = 'traces' | 'logs' | 'metrics'
export type Encoding = 'protobuf' | 'json' | 'zipkin'

export interface Requests {
  traces: TraceRequest
  logs: LogRequest
  metrics: MetricRequest
}

/** The body is not what its content type says. The sender gets this message with a 400. */
class Malformed extends Error {}

/** An export, with the records of it that were dropped because their shape is wrong. */
export interface Decoded<S extends Signal> {
  request: Requests[S]
  rejected: number
  reason: string
}

const root = protobuf.Root.fromJSON(descriptor).resolveAll()
countMessages(root)

const SERVICE = 'opentelemetry.proto.collector'
export const requestTypes: Record<Signal, protobuf.Type> = {
  traces: root.lookupType(`${SERVICE}.trace.v1.ExportTraceServiceRequest`),
  logs: root.lookupType(`${SERVICE}.logs.v1.ExportLogsServiceRequest`),
  metrics: root.lookupType(`${SERVICE}.metrics.v1.ExportMetricsServiceRequest`),
}
export const responseTypes: Record<Signal, protobuf.Type> = {
  traces: root.lookupType(`${SERVICE}.trace.v1.ExportTraceServiceResponse`),
  logs: root.lookupType(`${SERVICE}.logs.v1.ExportLogsServiceResponse`),
  metrics: root.lookupType(`${SERVICE}.metrics.v1.ExportMetricsServiceResponse`),
}
const recordTypes: Record<Signal, protobuf.Type> = {
  traces: root.lookupType('opentelemetry.proto.trace.v1.Span'),
  logs: root.lookupType('opentelemetry.proto.logs.v1.LogRecord'),
  metrics: root.lookupType('opentelemetry.proto.metrics.v1.Metric'),
}
const paths: Record<Signal, Path> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
}

/** Throws `Malformed` or `TooMany` with the reason. */
export function decode<S extends Signal>(signal: S, encoding: Encoding, body: Uint8Array): Decoded<S> {
  const type = requestTypes[signal]
  try {
    const { message, ...dropped } = messageOf(signal, encoding, body)
    // The decoder is compiled from the descriptor at run time; `Requests` restates that descriptor for the compiler.
    return { request: message as unknown as Requests[S], ...dropped }
  } catch (cause) {
    if (cause instanceof TooMany) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const what = encoding === 'zipkin' ? 'a list of Zipkin spans' : `an OTLP ${type.name} in ${encoding}`
    throw new Malformed(`The body is not ${what}: ${reason}.`, { cause })
  }
}

function messageOf(signal: Signal, encoding: Encoding, body: Uint8Array): Parsed {
  const type = requestTypes[signal]
  if (encoding === 'json') return parseJson(type, recordTypes[signal], paths[signal], body)
  if (encoding === 'zipkin') return parseZipkin(type, body)
  return { message: decodeBounded(type, body), rejected: 0, reason: '' }
}
