/**
 * OTLP bytes to messages, for both encodings. protobufjs compiles a decoder for each message type; OTLP/JSON goes through
 * the same types, so that everything behind this file sees one shape. The two differences of OTLP/JSON from protobuf's own
 * JSON are handled here: ids are hex, and names that are not known are ignored.
 */

import protobuf from 'protobufjs/light.js'
import descriptor from './generated/otlp.json' with { type: 'json' }
import type { LogRequest, MetricRequest, TraceRequest } from './message.ts'

export type Signal = 'traces' | 'logs' | 'metrics'
export type Encoding = 'protobuf' | 'json'

export interface Requests {
  traces: TraceRequest
  logs: LogRequest
  metrics: MetricRequest
}

/** The body is not what its content type says. The sender gets this message with a 400. */
class Malformed extends Error {}

const root = protobuf.Root.fromJSON(descriptor).resolveAll()
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

/** Throws `Malformed` with the reason. */
export function decode<S extends Signal>(signal: S, encoding: Encoding, body: Uint8Array): Requests[S] {
  const type = requestTypes[signal]
  try {
    const message = encoding === 'json' ? type.fromObject(parse(body)) : type.decode(body)
    // The decoder is compiled from the descriptor at run time; `Requests` restates that descriptor for the compiler.
    return message as unknown as Requests[S]
  } catch (cause) {
    if (cause instanceof Malformed) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Malformed(`The body is not an OTLP ${type.name} in ${encoding}: ${reason}.`, { cause })
  }
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId'])
const HEX = /^(?:[0-9a-f]{2})*$/i

function parse(body: Uint8Array): Record<string, unknown> {
  const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), (key, value) => {
    if (typeof value !== 'string' || !ids.has(key)) return value
    if (!HEX.test(value))
      throw new Malformed(`${key} ${JSON.stringify(value.slice(0, 40))} is not hex. OTLP/JSON ids are hex.`)
    return Buffer.from(value, 'hex')
  })
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Malformed('The body is not a JSON object. Send an Export...ServiceRequest as OTLP/JSON.')
  }
  return Object.fromEntries(Object.entries(parsed))
}
