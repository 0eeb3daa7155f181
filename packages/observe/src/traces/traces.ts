/**
 * The trace signal: the span of an exchange, every other span through OpenTelemetry's SDK, and the one way both take
 * to the backend.
 */
import {
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
import type { Resource } from '@opentelemetry/resources'
import { type ReadableSpan, TracerProvider as SdkTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { RANDOM_FLAG } from '../context/tracecontext.ts'
import { attribute, SCOPE } from '../conventions/names.ts'
import type { SamplingRule } from '../settings/sampling-rule.ts'
import { epochMs } from '../time/clock.ts'
import type { EncodableSpan, SharedSpan } from './encodable-span.ts'
import { ExchangeSpan } from './exchange-span.ts'
import { randomSpanId, randomTraceId } from './ids.ts'
import { isSampled, samplerFor } from './sampling.ts'
import { UnsampledSpan } from './unsampled-span.ts'

/** Takes finished spans: a delivery, or a test's list. */
export type SpanSink = (span: EncodableSpan) => void

/** What is known of an exchange when its span begins. */
export interface ExchangeStart {
  /** A reading of the monotonic clock. */
  startedMs: number
  path: string
  userAgent: string | undefined
  link: Link | undefined
}

export interface TracesOptions {
  resource: Resource
  sampling: SamplingRule
  /** Runs sampling and export itself. */
  provider: TracerProvider | undefined
  /** Gets every sampled span that ends. */
  sink: SpanSink | undefined
}

export class Traces {
  readonly provider: TracerProvider
  /** For spans within an exchange: outbound calls, queries, `obs.span()`. */
  readonly tracer: Tracer
  readonly #sampling: SamplingRule
  readonly #sink: SpanSink | undefined
  readonly #isThirdParty: boolean

  constructor(options: TracesOptions) {
    this.#sampling = options.sampling
    this.#sink = options.sink
    this.#isThirdParty = options.provider !== undefined
    this.provider =
      options.provider ??
      new SdkTracerProvider({
        resource: options.resource,
        sampler: samplerFor(options.sampling),
        spanProcessors: options.sink === undefined ? [] : [sinkProcessor(options.sink)],
      })
    this.tracer = this.provider.getTracer(SCOPE)
  }

  /** Starts the span of an exchange. */
  startExchange(name: string, parent: SpanContext | undefined, begun: ExchangeStart): Span {
    const { link, startedMs, path, userAgent } = begun
    if (this.#isThirdParty) return this.#startThirdParty(name, parent, begun)
    const traceId = parent === undefined ? randomTraceId() : parent.traceId
    const sampled = isSampled(this.#sampling, traceId, parent)
    const spanId = randomSpanId()
    const random = (parent?.traceFlags ?? 0) & RANDOM_FLAG
    const context: SpanContext = { traceId, spanId, traceFlags: random | (sampled ? TraceFlags.SAMPLED : 0) }
    if (parent?.traceState !== undefined) context.traceState = parent.traceState
    if (!sampled || this.#sink === undefined) return new UnsampledSpan(context)
    const span = new ExchangeSpan(name, SpanKind.SERVER, context, parent, startedMs, path, userAgent)
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

  /** Starts a client span in `context`; one that `startedMs` (monotonic) began, where it is reported late. */
  startClient(name: string, context: Context, startedMs?: number): Span {
    const startTime = startedMs === undefined ? {} : { startTime: epochMs(startedMs) }
    return this.tracer.startSpan(name, { kind: SpanKind.CLIENT, ...startTime }, context)
  }

  #startThirdParty(name: string, parent: SpanContext | undefined, { link, path, userAgent }: ExchangeStart): Span {
    const context = trace.setSpanContext(ROOT_CONTEXT, parent ?? INVALID_SPAN_CONTEXT)
    const options = { kind: SpanKind.SERVER, links: link === undefined ? [] : [link] }
    const span = this.tracer.startSpan(name, options, context)
    span.setAttribute(attribute.urlPath, path)
    if (userAgent !== undefined) span.setAttribute(attribute.userAgent, userAgent)
    return span
  }
}

function sinkProcessor(sink: SpanSink): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd(span: ReadableSpan) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) sink(span)
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
}
