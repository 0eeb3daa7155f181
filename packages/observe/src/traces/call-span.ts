/**
 * The span of an outgoing call: of its own it has no more than the URL, if that.
 */
import { type Attributes, type SpanContext, SpanKind } from '@opentelemetry/api'
import { cut } from '../conventions/attribute-value.ts'
import { attribute } from '../conventions/names.ts'
import type { SpanLimits } from '../settings/span-limits.ts'
import { SharingSpan } from './sharing-span.ts'

export class CallSpan extends SharingSpan {
  /** `url.full` of a call over HTTP. */
  readonly url: string | undefined

  /** @param startedMs a reading of the monotonic clock */
  constructor(
    context: SpanContext,
    parent: SpanContext | undefined,
    startedMs: number,
    offsetMs: number,
    url: string | undefined,
    limits: SpanLimits,
  ) {
    super('', SpanKind.CLIENT, context, parent, startedMs, offsetMs, limits)
    this.url = url === undefined ? undefined : cut(url, limits.valueLength)
  }

  override get attributes(): Attributes {
    if (this.url === undefined) return super.attributes
    return { [attribute.urlFull]: this.url, ...super.attributes }
  }

  protected get ownAttributesCount(): number {
    return Number(this.url !== undefined)
  }
}
