/**
 * The part of a finished span that goes on the wire, whichever made it: the exchange's own span or OpenTelemetry's SDK.
 */
import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'

export interface EncodableSpan extends Omit<ReadableSpan, 'resource' | 'duration' | 'ended' | 'parentSpanContext'> {
  readonly parentSpanContext?: SpanContext | undefined
  /** Name and attributes that it shares with all spans of the same outcome. */
  readonly shared?: SharedSpan | undefined
}

/** What all exchange spans of one outcome have in common: held once, and encoded once. */
export class SharedSpan {
  /** Method and route. */
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
