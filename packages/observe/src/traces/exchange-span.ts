/**
 * The span of an exchange, the one span that every request has: it holds path and user agent itself and shares the rest with
 * all that ended like it, so that nothing is made for it but this object.
 */
import type { Attributes, AttributeValue, SpanContext, SpanKind } from '@opentelemetry/api'
import { cut } from '../conventions/attribute-value.ts'
import { attribute } from '../conventions/names.ts'
import { DEFAULT_SPAN_LIMITS, type SpanLimits } from '../settings/span-limits.ts'
import { epochOffset } from '../time/clock.ts'
import { SharingSpan } from './sharing-span.ts'

export class ExchangeSpan extends SharingSpan {
  /** The two attributes of its own that nearly every span has. */
  readonly path: string | undefined
  readonly userAgent: string | undefined
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
    super(name, kind, context, parent, startedMs, epochOffset(startedMs), limits)
    this.path = path === undefined ? undefined : cut(path, limits.valueLength)
    this.userAgent = userAgent === undefined ? undefined : cut(userAgent, limits.valueLength)
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

  override setAttribute(key: string, value: AttributeValue): this {
    // The exchange names all three signals by it; as an attribute it is among the shared ones.
    if (key === attribute.route && typeof value === 'string') this.route = value
    else super.setAttribute(key, value)
    return this
  }
}
