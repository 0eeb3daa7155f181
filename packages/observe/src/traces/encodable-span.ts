/**
 * The part of a finished span that goes on the wire, whichever made it: this library or an SDK of OpenTelemetry's.
 */
import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api'

export interface EncodableSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly parentSpanContext?: SpanContext | undefined
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly links: Link[]
  readonly events: SpanEvent[]
  readonly droppedAttributesCount: number
  readonly droppedEventsCount: number
  readonly droppedLinksCount: number
  readonly instrumentationScope: InstrumentationScope
  /** Name and attributes that it shares with all spans of the same outcome. */
  readonly shared?: SharedSpan | undefined
  spanContext(): SpanContext
}

export interface SpanEvent {
  name: string
  time: HrTime
  attributes?: Attributes
  droppedAttributesCount?: number
}

/** What made the span: the library that asked for a tracer. */
export interface InstrumentationScope {
  name: string
  version?: string
  schemaUrl?: string
}

/** What all spans of exchanges, or of calls, with one outcome have in common: held once, and encoded once. */
export class SharedSpan {
  readonly name: string
  readonly attributes: Attributes
  /** Filled by the encoder with the attributes as bytes. */
  encodedAttributes: Buffer | undefined
  /** Filled by the encoder with name, kind and attributes as bytes. */
  encodedPlain: Buffer | undefined

  constructor(name: string, attributes: Attributes) {
    this.name = name
    this.attributes = attributes
  }
}
