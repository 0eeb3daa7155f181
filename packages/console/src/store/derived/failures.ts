/**
 * What went wrong in a span or a log line: the type, the message and the place, which together make an error group. The place
 * is the innermost stack frame that is the program's own, else the operation.
 */

import type { Attributes } from '../../contract/contract.ts'
import type { LogRecord, SpanRecord } from '../../otlp/record.ts'
import { placeOf } from './frames.ts'
import { addressOf, CLIENT, first, isError, outcomeOf, routeOf } from './requests.ts'

export interface Failure {
  service: string
  type: string
  place: string
  message: string
  /** Microseconds since the epoch. */
  time: number
  traceId: Uint8Array | null
  spanId: Uint8Array | null
}

export function* failuresOfSpan(span: SpanRecord): Generator<Failure> {
  if (outcomeOf(span) === 3) return
  const { traceId, spanId, resource, details } = span
  const exceptions = details?.events.filter(({ name }) => name === 'exception') ?? []
  for (const { attributes, time } of exceptions) {
    const failure = failureOf(attributes, operationOf(span))
    yield { ...failure, service: resource.service, time, traceId, spanId }
  }
  if (exceptions.length > 0 || !isError(span)) return
  const failure = failureOf(span.attributes, operationOf(span))
  const message = details?.message || failure.message
  yield { ...failure, message, service: resource.service, time: span.start, traceId, spanId }
}

export function* failuresOfLog(log: LogRecord): Generator<Failure> {
  const { attributes, body, traceId, spanId, time, resource } = log
  if (log.level < 4 || !first(attributes, 'exception.type', 'exception.stacktrace')) return
  const failure = failureOf(attributes, body)
  yield { ...failure, message: failure.message || body, service: resource.service, time, traceId, spanId }
}

/** What was asked of whom: a client span is often called by its method alone. */
function operationOf(span: SpanRecord): string {
  const address = span.kind === CLIENT ? addressOf(span) : undefined
  return address ? `${span.name} to ${address.slice(address.indexOf(':') + 1)}` : routeOf(span)
}

/** A type that is the bare status code of an answer, as the conventions have it for HTTP. */
const STATUS_CODE = /^[1-5]\d\d$/

function failureOf(attributes: Attributes, operation: string): Pick<Failure, 'type' | 'place' | 'message'> {
  const status = first(attributes, 'http.response.status_code', 'http.status_code')
  const named = first(attributes, 'exception.type', 'error.type') ?? status ?? 'error'
  const type = STATUS_CODE.test(named) ? `HTTP ${named}` : named
  const place = placeOf(first(attributes, 'exception.stacktrace') ?? '') ?? operation
  return { type, place: place.slice(0, 200), message: (first(attributes, 'exception.message') ?? '').slice(0, 1000) }
}
