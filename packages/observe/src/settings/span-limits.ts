/**
 * How much one span may hold (OpenTelemetry SDK specification, "Span limits" and "Attribute limits"). Values come from requests:
 * a span without limits holds whatever a client sends.
 */
import type { Environment } from './environment.ts'

export interface SpanLimits {
  /** Most attributes of a span, of one event and of one link. */
  attributes: number
  eventAttributes: number
  linkAttributes: number
  /** Most characters of a text in an attribute; the rest is cut off. */
  valueLength: number
  events: number
  links: number
}

/** What many backends keep of a value. The specification has no limit by default. */
const DEFAULT_VALUE_LENGTH = 4096
/** The specification's default. */
const DEFAULT_COUNT = 128
const MAX_COUNT = 1_000_000
const MAX_LENGTH = 2 ** 30

export const DEFAULT_SPAN_LIMITS: SpanLimits = {
  attributes: DEFAULT_COUNT,
  eventAttributes: DEFAULT_COUNT,
  linkAttributes: DEFAULT_COUNT,
  valueLength: DEFAULT_VALUE_LENGTH,
  events: DEFAULT_COUNT,
  links: DEFAULT_COUNT,
}

/** A variable of spans comes before the general one. */
export function spanLimitsOf(env: Environment): SpanLimits {
  const attributes = env.number('OTEL_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT)
  const valueLength = env.number('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 1, MAX_LENGTH, DEFAULT_VALUE_LENGTH)
  return {
    attributes: env.number('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, attributes),
    eventAttributes: env.number('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, attributes),
    linkAttributes: env.number('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, attributes),
    valueLength: env.number('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 1, MAX_LENGTH, valueLength),
    events: env.number('OTEL_SPAN_EVENT_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT),
    links: env.number('OTEL_SPAN_LINK_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT),
  }
}
