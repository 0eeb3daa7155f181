/**
 * The trace signal: the span of an exchange, every other span, and the one way both take to the backend.
 */
import {
  type Attributes,
  type Context,
  INVALID_SPAN_CONTEXT,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { cut } from '../conventions/attribute-value.ts'
import { attribute, SCOPE } from '../conventions/names.ts'
import type { SamplingRule } from '../settings/sampling-rule.ts'
import { DEFAULT_SPAN_LIMITS, type SpanLimits } from '../settings/span-limits.ts'
import { epochMs } from '../time/clock.ts'
import { CallSpan } from './call-span.ts'
import { type EncodableSpan, SharedSpan } from './encodable-span.ts'
import { ExchangeSpan } from './exchange-span.ts'
import { nextSpanContext, offsetBelow, Tracers, validContextOf } from './tracers.ts'
import { UnsampledSpan } from './unsampled-span.ts'

/** Takes finished spans: a delivery, or a test's list. */
export type SpanSink = (span: EncodableSpan) => void

/** What is known of an exchange when its span begins. */
export interface ExchangeStart {
  /** A reading of the monotonic clock. */
  startedMs: number
  method: string
  scheme: string
  path: string
  userAgent: string | undefined
  link: Link | undefined
}

/** What is known of an outgoing call when its span begins. */
export interface CallStart {
  /** Without user, password and query. */
  url: string | undefined
  /** Name and attributes, which the sampler of another provider sees. */
  describe(): { name: string; attributes: Attributes }
}

export interface TracesOptions {
  sampling: SamplingRule
  limits?: SpanLimits
  /** Runs sampling and export itself. */
  provider: TracerProvider | undefined
  /** Gets every sampled span that ends. */
  sink: SpanSink | undefined
  /** Sends what waits. */
  flush?: () => Promise<void>
}

export class Traces {
  readonly provider: TracerProvider
  /** For spans within an exchange: outbound calls, queries, `obs.span()`. */
  readonly tracer: Tracer
  readonly #sampling: SamplingRule
  readonly #limits: SpanLimits
  readonly #sink: SpanSink | undefined
  readonly #isThirdParty: boolean

  constructor({ sampling, limits = DEFAULT_SPAN_LIMITS, provider, sink, flush = settled }: TracesOptions) {
    this.#sampling = sampling
    this.#limits = limits
    this.#sink = sink
    this.#isThirdParty = provider !== undefined
    this.provider = provider ?? new Tracers({ sampling, limits, sink, flush })
    this.tracer = this.provider.getTracer(SCOPE)
  }

  /** Starts the span of an exchange. */
  startExchange(name: string, parent: SpanContext | undefined, begun: ExchangeStart): Span {
    if (this.#isThirdParty) return this.#startThirdParty(name, parent, begun)
    const { link, startedMs, path, userAgent } = begun
    const context = nextSpanContext(this.#sampling, parent)
    if (this.#sink === undefined || (context.traceFlags & TraceFlags.SAMPLED) === 0) {
      return new UnsampledSpan(context)
    }
    const span = new ExchangeSpan(name, SpanKind.SERVER, context, parent, startedMs, path, userAgent, this.#limits)
    if (link !== undefined) span.addLink(link)
    return span
  }

  /** Ends what `startExchange` began, so many milliseconds after its start. */
  endExchange(span: Span, shared: SharedSpan, durationMs: number): void {
    if (span instanceof ExchangeSpan) {
      span.finish(shared, durationMs)
      this.#sink?.(span)
      return
    }
    // It has ended.
    if (span instanceof UnsampledSpan) return
    span.updateName(shared.name)
    span.setAttributes(shared.attributes)
    span.end()
  }

  /**
   * Starts the span of an outgoing call in `context`.
   *
   * @param startedMs a reading of the monotonic clock
   */
  startCall(context: Context, startedMs: number, call: CallStart): Span {
    if (this.#isThirdParty) return this.#startThirdPartyCall(context, startedMs, call)
    const parentSpan = trace.getSpan(context)
    const parent = validContextOf(parentSpan)
    const own = nextSpanContext(this.#sampling, parent)
    if (this.#sink === undefined || (own.traceFlags & TraceFlags.SAMPLED) === 0) return new UnsampledSpan(own)
    const offsetMs = offsetBelow(parentSpan, parent, startedMs)
    return new CallSpan(own, parent, startedMs, offsetMs, call.url, this.#limits)
  }

  /** Ends what `startCall` began at `startedMs`. Both are readings of the monotonic clock. */
  endCall(span: Span, shared: SharedSpan, startedMs: number, endedMs: number): void {
    if (span instanceof CallSpan) {
      span.finish(shared, endedMs - startedMs)
      this.#sink?.(span)
      return
    }
    span.setAttributes(shared.attributes)
    span.end(epochMs(endedMs))
  }

  /** What the spans of calls with one outcome have in common. */
  sharedByCalls(name: string, given: Attributes): SharedSpan {
    const attributes: Attributes = {}
    for (const [key, value] of Object.entries(given)) {
      attributes[key] = typeof value === 'string' ? cut(value, this.#limits.valueLength) : value
    }
    return new SharedSpan(name, attributes)
  }

  #startThirdPartyCall(context: Context, startedMs: number, call: CallStart): Span {
    const { name, attributes } = call.describe()
    const url = call.url === undefined ? {} : { [attribute.urlFull]: call.url }
    const settings = { kind: SpanKind.CLIENT, attributes: { ...attributes, ...url }, startTime: epochMs(startedMs) }
    return this.tracer.startSpan(name, settings, context)
  }

  #startThirdParty(name: string, parent: SpanContext | undefined, begun: ExchangeStart): Span {
    const { link, method, scheme, path, userAgent } = begun
    const context = trace.setSpanContext(ROOT_CONTEXT, parent ?? INVALID_SPAN_CONTEXT)
    // Those that a sampler may decide by (HTTP semantic conventions, "HTTP server").
    const attributes: Attributes = {
      [attribute.method]: method,
      [attribute.scheme]: scheme,
      [attribute.urlPath]: path,
      ...(userAgent !== undefined && { [attribute.userAgent]: userAgent }),
    }
    const links = link === undefined ? [] : [link]
    return this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, links }, context)
  }
}

function settled(): Promise<void> {
  return Promise.resolve()
}
