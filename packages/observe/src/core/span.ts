/**
 * The span of an exchange. OpenTelemetry's SDK span validates attributes twice and reads three clocks, so the one span that
 * every request has is this one: the same interface for user code, the same bytes on the wire.
 */
import {
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api'
import { epochMs, hrTime, monotonicMs } from './clock.ts'
import { attribute, SCOPE } from './names.ts'
import type { EncodableSpan } from './otlp.ts'
import type { Outcome } from './outcomes.ts'

/** OpenTelemetry's default limits (SDK specification, "Span limits"). */
const MAX_ATTRIBUTES = 128
const MAX_EVENTS = 128
const MAX_LINKS = 128

export class ExchangeSpan implements Span, EncodableSpan {
  readonly instrumentationScope = { name: SCOPE }
  readonly attributes: Attributes = {}
  readonly events: EncodableSpan['events'] = []
  readonly links: Link[] = []
  status: SpanStatus = { code: SpanStatusCode.UNSET }
  droppedAttributesCount = 0
  droppedEventsCount = 0
  droppedLinksCount = 0
  #attributeCount = 0
  #named = false
  #endedMs = 0
  /** What all exchanges that ended like this one have in common; set by `finish`. */
  outcome: Outcome | undefined

  readonly kind: SpanKind
  readonly #startedMs: number
  readonly parentSpanContext?: SpanContext
  readonly #context: SpanContext
  name: string

  constructor(name: string, kind: SpanKind, context: SpanContext, parent: SpanContext | undefined, startedMs: number) {
    this.name = name
    this.kind = kind
    this.#context = context
    if (parent !== undefined) this.parentSpanContext = parent
    this.#startedMs = epochMs(startedMs)
  }

  get startTime(): HrTime {
    return hrTime(this.#startedMs)
  }

  get endTime(): HrTime {
    return hrTime(this.#endedMs)
  }

  spanContext(): SpanContext {
    return this.#context
  }

  isRecording(): boolean {
    return this.outcome === undefined
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.outcome || !isAttribute(key, value)) return this
    if (this.attributes[key] === undefined) {
      if (this.#attributeCount >= MAX_ATTRIBUTES) {
        this.droppedAttributesCount += 1
        return this
      }
      this.#attributeCount += 1
    }
    this.attributes[key] = value
    return this
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) this.setAttribute(key, value)
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.outcome) return this
    if (this.events.length >= MAX_EVENTS) {
      this.droppedEventsCount += 1
      return this
    }
    const attributes = isTime(attributesOrTime) ? undefined : attributesOrTime
    const at = isTime(attributesOrTime) ? attributesOrTime : time
    this.events.push({ name, time: timeOf(at), ...(attributes === undefined ? {} : { attributes: valid(attributes) }) })
    return this
  }

  addLink(link: Link): this {
    if (this.outcome) return this
    if (this.links.length < MAX_LINKS) this.links.push(link)
    else this.droppedLinksCount += 1
    return this
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  setStatus(status: SpanStatus): this {
    // Ok is final, and Unset changes nothing (OpenTelemetry specification, "Set Status").
    if (this.outcome || status.code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this
    this.status = status.code === SpanStatusCode.ERROR ? status : { code: status.code }
    return this
  }

  updateName(name: string): this {
    if (this.outcome) return this
    this.name = name
    this.#named = true
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes: Attributes = {}
    if (typeof exception === 'string') attributes[attribute.exceptionMessage] = exception
    else {
      const type = exception.name ?? exception.code
      if (type !== undefined) attributes[attribute.exceptionType] = String(type)
      if (exception.message) attributes[attribute.exceptionMessage] = exception.message
      if (exception.stack) attributes[attribute.exceptionStacktrace] = exception.stack
    }
    this.addEvent('exception', attributes, time)
  }

  /** Leaves the span open, whoever calls it: only the exchange ends its own span. */
  end(): void {
    // The exchange calls `finish`.
  }

  /** Ends the span at a reading of the monotonic clock. A name that user code gave stays. */
  finish(outcome: Outcome, endedMs: number): void {
    this.#endedMs = epochMs(endedMs)
    this.outcome = outcome
    if (!this.#named) this.name = outcome.name
  }
}

function timeOf(time: TimeInput | undefined): HrTime {
  if (time === undefined) return hrTime(epochMs(monotonicMs()))
  if (Array.isArray(time)) return time
  if (time instanceof Date) return hrTime(time.getTime())
  // A number below the process's own age is a reading of performance.now().
  return hrTime(time <= monotonicMs() ? epochMs(time) : time)
}

function isTime(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || (Array.isArray(value) && value.length === 2)
}

function isAttribute(key: string, value: unknown): value is AttributeValue {
  if (key === '') return false
  const items = Array.isArray(value) ? value : [value]
  return items.every((item) => item === null || ['string', 'number', 'boolean'].includes(typeof item))
}

function valid(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key, value]) => isAttribute(key, value)))
}
