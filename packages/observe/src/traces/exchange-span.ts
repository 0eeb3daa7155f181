/**
 * The span of an exchange, the one span that every request has: it holds path and user agent itself and shares the rest with
 * all that ended like it, so that nothing is made for it but this object.
 */
import type { Attributes, AttributeValue, HrTime, SpanContext, SpanKind } from '@opentelemetry/api'
import { cut } from '../conventions/attribute-value.ts'
import { attribute, SCOPE } from '../conventions/names.ts'
import { DEFAULT_SPAN_LIMITS, type SpanLimits } from '../settings/span-limits.ts'
import { epochOffset, hrTime } from '../time/clock.ts'
import type { SharedSpan } from './encodable-span.ts'
import { RecordingSpan } from './recording-span.ts'

const OWN_SCOPE = { name: SCOPE }

export class ExchangeSpan extends RecordingSpan {
  /** Start and end in milliseconds since 1970. */
  readonly startedMs: number
  endedMs = 0
  /** The two attributes of its own that nearly every span has. */
  readonly path: string | undefined
  readonly userAgent: string | undefined
  /** What all exchanges that ended like this one have in common; set by `finish`. */
  shared: SharedSpan | undefined
  /** `http.route` as user code, or an instrumentation, has set it. */
  route: string | undefined

  /** @param startedMs a reading of the monotonic clock */
  constructor(
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    startedMs: number,
    path?: string,
    userAgent?: string,
    limits: SpanLimits = DEFAULT_SPAN_LIMITS,
  ) {
    super(name, kind, context, parent, epochOffset(startedMs), limits)
    this.startedMs = startedMs + this.offsetMs
    this.path = path === undefined ? undefined : cut(path, limits.valueLength)
    this.userAgent = userAgent === undefined ? undefined : cut(userAgent, limits.valueLength)
  }

  get instrumentationScope(): typeof OWN_SCOPE {
    return OWN_SCOPE
  }

  override get attributes(): Attributes {
    const attributes: Attributes = {}
    if (this.path !== undefined) attributes[attribute.urlPath] = this.path
    if (this.userAgent !== undefined) attributes[attribute.userAgent] = this.userAgent
    return Object.assign(attributes, super.attributes)
  }

  protected get ownAttributesCount(): number {
    return Number(this.path !== undefined) + Number(this.userAgent !== undefined)
  }

  get startTime(): HrTime {
    return hrTime(this.startedMs)
  }

  get endTime(): HrTime {
    return hrTime(this.endedMs)
  }

  isRecording(): boolean {
    return this.shared === undefined
  }

  override setAttribute(key: string, value: AttributeValue): this {
    // The exchange names all three signals by it; as an attribute it is among the shared ones.
    if (key === attribute.route && typeof value === 'string') this.route = value
    else super.setAttribute(key, value)
    return this
  }

  /** Leaves the span open, whatever calls it: only the exchange ends its own span. */
  end(): void {
    // The exchange calls `finish`.
  }

  /**
   * Ends the span after a duration in milliseconds of the monotonic clock, which a step of the system clock does not change.
   * A name that user code gave stays.
   */
  finish(shared: SharedSpan, durationMs: number): void {
    this.endedMs = this.startedMs + durationMs
    this.shared = shared
    if (!this.isNamed) this.name = shared.name
  }
}
