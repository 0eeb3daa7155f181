/**
 * What user code gives to a span, judged once: TypeScript checks these values too, but many come from outside. A value that a
 * span cannot hold is left out or becomes text, so that nothing throws into user code and every span can be encoded.
 */
import {
  type Attributes,
  type HrTime,
  isSpanContextValid,
  type Link,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api'
import { isAttributeValue } from '../conventions/attribute-value.ts'
import { fieldOf, safeText } from '../conventions/thrown.ts'
import { epochMs, hrTime, monotonicMs } from '../time/clock.ts'

/** A name of a span or an event. */
export function nameOf(name: unknown): string {
  return typeof name === 'string' ? name : safeText(name)
}

/** `undefined` where there is no such status. The message may be an error. */
export function statusOf(status: unknown): SpanStatus | undefined {
  const code = fieldOf(status, 'code')
  if (code === SpanStatusCode.UNSET || code === SpanStatusCode.OK) return { code }
  if (code !== SpanStatusCode.ERROR) return undefined
  const message = fieldOf(status, 'message')
  return message === undefined || message === null ? { code } : { code, message: safeText(message) }
}

/** Whether user code set the status of a span, of ours or of another SDK. */
export function isStatusSet(span: object): boolean {
  const code = fieldOf(fieldOf(span, 'status'), 'code')
  return code === SpanStatusCode.ERROR || code === SpanStatusCode.OK
}

/** `undefined` where the link leads to no span. */
export function linkOf(link: unknown): Link | undefined {
  const context = fieldOf(link, 'context')
  const traceId = fieldOf(context, 'traceId')
  const spanId = fieldOf(context, 'spanId')
  const flags = fieldOf(context, 'traceFlags')
  const traceFlags = typeof flags === 'number' ? flags & 0xff : 0
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined
  if (!isSpanContextValid({ traceId, spanId, traceFlags })) return undefined
  const isRemote = fieldOf(context, 'isRemote') === true
  const traceState = fieldOf(context, 'traceState')
  const attributes = attributesOf(fieldOf(link, 'attributes'))
  const target = { traceId, spanId, traceFlags, isRemote }
  return {
    context: isTraceState(traceState) ? { ...target, traceState } : target,
    attributes,
  }
}

/** The attributes that a span can hold. */
export function attributesOf(attributes: unknown): Attributes {
  const valid: Attributes = {}
  for (const key of keysOf(attributes)) {
    const value = fieldOf(attributes, key)
    if (key !== '' && isAttributeValue(value)) valid[key] = value
  }
  return valid
}

/** The time given, or the present one where that is no time since 1970. */
export function timeOf(time: unknown): HrTime {
  const given = isTime(time) ? givenTime(time) : undefined
  return given !== undefined && isUnsigned(given) ? given : hrTime(epochMs(monotonicMs()))
}

export function isTime(value: unknown): value is TimeInput {
  return typeof value === 'number' || isDate(value) || (Array.isArray(value) && fieldOf(value, 'length') === 2)
}

/** A proxy may throw even here. */
function isDate(value: unknown): value is Date {
  try {
    return value instanceof Date
  } catch {
    return false
  }
}

function givenTime(time: TimeInput): HrTime {
  if (Array.isArray(time)) return time
  if (time instanceof Date) return hrTime(time.getTime())
  // A number below the process's own age is a reading of performance.now().
  return hrTime(time <= monotonicMs() ? epochMs(time) : time)
}

function isUnsigned([seconds, nanoseconds]: HrTime): boolean {
  return Number.isSafeInteger(seconds) && Number.isSafeInteger(nanoseconds) && seconds >= 0 && nanoseconds >= 0
}

function isTraceState(value: unknown): value is NonNullable<Link['context']['traceState']> {
  return typeof fieldOf(value, 'serialize') === 'function'
}

/** An exotic object may throw even here. */
function keysOf(value: unknown): string[] {
  try {
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  } catch {
    return []
  }
}
