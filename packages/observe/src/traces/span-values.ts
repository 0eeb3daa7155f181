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
import { anyValueOf, put } from '../conventions/attribute-value.ts'
import { fieldOf, isInstance, safeText } from '../conventions/thrown.ts'
import { DEFAULT_SPAN_LIMITS } from '../settings/span-limits.ts'
import { hrTime, monotonicMs } from '../time/clock.ts'
import type { SpanEvent } from './encodable-span.ts'

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
export function linkOf(link: unknown, maxAttributes: number, length: number): Link | undefined {
  const context = fieldOf(link, 'context')
  const traceId = fieldOf(context, 'traceId')
  const spanId = fieldOf(context, 'spanId')
  const flags = fieldOf(context, 'traceFlags')
  const traceFlags = typeof flags === 'number' ? flags & 0xff : 0
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined
  if (!isSpanContextValid({ traceId, spanId, traceFlags })) return undefined
  const isRemote = fieldOf(context, 'isRemote') === true
  const traceState = fieldOf(context, 'traceState')
  const target = { traceId, spanId, traceFlags, isRemote }
  return {
    context: isTraceState(traceState) ? { ...target, traceState } : target,
    ...attributesOf(fieldOf(link, 'attributes'), maxAttributes, length),
  }
}

/** The attributes that an event or a link can hold, and how many more were given. */
export function attributesOf(
  given: unknown,
  maxAttributes: number,
  length: number,
): Pick<SpanEvent, 'attributes' | 'droppedAttributesCount'> {
  const attributes: Attributes = {}
  let count = 0
  let droppedAttributesCount = 0
  for (const key of keysOf(given)) {
    const value = key === '' ? undefined : anyValueOf(fieldOf(given, key), length)
    if (value === undefined) continue
    if (count < maxAttributes) put(attributes, key, value)
    else droppedAttributesCount += 1
    count += 1
  }
  if (droppedAttributesCount > 0) return { attributes, droppedAttributesCount }
  return count === 0 ? {} : { attributes }
}

/** The attributes that user code gives for span and line. */
export function fieldsOf(given: unknown): Attributes {
  const { attributes, valueLength } = DEFAULT_SPAN_LIMITS
  return attributesOf(given, attributes, valueLength).attributes ?? {}
}

/** The time given, or `now` (milliseconds since 1970) where that is no time since 1970. */
export function timeOf(time: unknown, now: number): HrTime {
  const given = isTime(time) ? givenTime(time, now) : undefined
  return given !== undefined && isUnsigned(given) ? given : hrTime(now)
}

export function isTime(value: unknown): value is TimeInput {
  return typeof value === 'number' || isInstance(value, Date) || (isList(value) && fieldOf(value, 'length') === 2)
}

/** A revoked proxy throws here. */
function isList(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}

/** A copy, since the caller may change its pair later. What is no real date throws when it is read. */
function givenTime(time: TimeInput, now: number): HrTime | undefined {
  try {
    if (Array.isArray(time)) return pairOf(time)
    if (time instanceof Date) return hrTime(time.getTime())
  } catch {
    return undefined
  }
  // A number below the process's own age is a reading of performance.now().
  const monotonic = monotonicMs()
  return hrTime(time <= monotonic ? time + now - monotonic : time)
}

function pairOf(pair: HrTime): HrTime | undefined {
  const seconds = fieldOf(pair, '0')
  const nanos = fieldOf(pair, '1')
  return typeof seconds === 'number' && typeof nanos === 'number' ? [seconds, nanos] : undefined
}

function isUnsigned([seconds, nanoseconds]: HrTime): boolean {
  return (
    Number.isSafeInteger(seconds) &&
    Number.isSafeInteger(nanoseconds) &&
    seconds >= 0 &&
    nanoseconds >= 0 &&
    nanoseconds < 1e9
  )
}

function isTraceState(value: unknown): value is NonNullable<Link['context']['traceState']> {
  return typeof fieldOf(value, 'serialize') === 'function'
}

/** An exotic object may throw even here. */
export function keysOf(value: unknown): string[] {
  try {
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  } catch {
    return []
  }
}
