/**
 * How much one span may hold (OpenTelemetry SDK specification, "Span limits" and "Attribute limits"). Values come from requests:
 * a span without limits holds whatever a client sends.
 */
import { type AttributeLimits, attributeLimitsOf, DEFAULT_COUNT, MAX_COUNT } from './attribute-limits.ts'
import type { Environment } from './environment.ts'

export interface SpanLimits extends AttributeLimits {
  /** Most attributes of one event and of one link. */
  eventAttributes: number
  linkAttributes: number
  events: number
  links: number
}

/** What many backends keep of a value. The specification has no limit by default. */
const DEFAULT_VALUE_LENGTH = 4096

export const DEFAULT_SPAN_LIMITS: SpanLimits = {
  attributes: DEFAULT_COUNT,
  eventAttributes: DEFAULT_COUNT,
  linkAttributes: DEFAULT_COUNT,
  valueLength: DEFAULT_VALUE_LENGTH,
  events: DEFAULT_COUNT,
  links: DEFAULT_COUNT,
}

export function spanLimitsOf(env: Environment): SpanLimits {
  const own = attributeLimitsOf(env, 'SPAN', DEFAULT_VALUE_LENGTH)
  const general = env.number('OTEL_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT)
  return {
    ...own,
    eventAttributes: env.number('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, general),
    linkAttributes: env.number('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, general),
    events: env.number('OTEL_SPAN_EVENT_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT),
    links: env.number('OTEL_SPAN_LINK_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT),
  }
}
