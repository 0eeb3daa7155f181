/**
 * The headers of B3 (https://github.com/openzipkin/b3-propagation) and Jaeger (`uber-trace-id`), in and out, for a service whose neighbours
 * still speak them: `OTEL_PROPAGATORS=tracecontext,baggage,b3`.
 */
import { isSpanContextValid, type SpanContext, type TextMapPropagator, TraceFlags, trace } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { HeaderFormat } from '../conventions/header-formats.ts'
import { withinExchange } from './context.ts'

type ReadHeader = (name: string) => string | undefined

const FIELDS: Record<HeaderFormat, readonly string[]> = {
  b3: ['b3'],
  b3multi: ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled'],
  jaeger: ['uber-trace-id'],
}

const readers: Record<HeaderFormat, (header: ReadHeader) => SpanContext | undefined> = {
  b3(header) {
    const [traceId, spanId, sampled] = (header('b3') ?? '').split('-')
    return remote(traceId, spanId, isSampled(sampled))
  },
  b3multi(header) {
    const sampled = header('x-b3-flags') === '1' || isSampled(header('x-b3-sampled'))
    return remote(header('x-b3-traceid'), header('x-b3-spanid'), sampled)
  },
  jaeger(header) {
    // Some clients encode the colons.
    const [traceId, spanId, , flags = ''] = (header('uber-trace-id') ?? '').replaceAll(/%3a/gi, ':').split(':')
    return remote(traceId, spanId?.padStart(16, '0'), (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) !== 0)
  },
}

const writers: Record<HeaderFormat, (span: SpanContext, sampled: 0 | 1) => string[]> = {
  b3: ({ traceId, spanId }, sampled) => [`${traceId}-${spanId}-${sampled}`],
  b3multi: ({ traceId, spanId }, sampled) => [traceId, spanId, `${sampled}`],
  jaeger: ({ traceId, spanId }, sampled) => [`${traceId}:${spanId}:0:${sampled}`],
}

/** The caller's span in the first of `formats` that names one. */
export function callerIn(formats: readonly HeaderFormat[], header: ReadHeader): SpanContext | undefined {
  for (const format of formats) {
    const caller = readers[format](header)
    if (caller !== undefined) return caller
  }
  return undefined
}

/** Hands each header of `formats` to `set`. */
export function writeHeaders(
  formats: readonly HeaderFormat[],
  span: SpanContext,
  set: (name: string, value: string) => void,
): void {
  for (const format of formats) {
    const values = writers[format](span, (span.traceFlags & TraceFlags.SAMPLED) === 0 ? 0 : 1)
    for (const [index, value] of values.entries()) set(FIELDS[format][index] ?? format, value)
  }
}

/** The same for OpenTelemetry's global `propagation` API. */
export function headerPropagator(formats: readonly HeaderFormat[]): TextMapPropagator {
  return {
    inject(context, carrier, setter) {
      const span = trace.getSpanContext(context)
      if (span === undefined || !isSpanContextValid(span) || isTracingSuppressed(context)) return
      writeHeaders(formats, span, (name, value) => setter.set(carrier, name, value))
    },
    extract(context, carrier, getter) {
      // What came as `traceparent` counts.
      if (trace.getSpanContext(context) !== undefined) return context
      const caller = callerIn(formats, (name) => {
        const value = getter.get(carrier, name)
        return Array.isArray(value) ? value[0] : value
      })
      return caller === undefined ? context : trace.setSpanContext(withinExchange(context), caller)
    },
    fields: () => formats.flatMap((format) => FIELDS[format]),
  }
}

/** Trace ids of 64 bits are padded to 128. */
function remote(traceId: string | undefined, spanId: string | undefined, sampled: boolean): SpanContext | undefined {
  if (traceId === undefined || spanId === undefined || !/^(?:[0-9a-f]{1,16}|[0-9a-f]{32})$/i.test(traceId))
    return undefined
  const context: SpanContext = {
    traceId: traceId.toLowerCase().padStart(32, '0'),
    spanId: spanId.toLowerCase(),
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  }
  return isSpanContextValid(context) ? context : undefined
}

/** A caller that says nothing of it leaves the decision to this service. */
function isSampled(text: string | undefined): boolean {
  return text === undefined || text === '1' || text === 'd' || text.toLowerCase() === 'true'
}
