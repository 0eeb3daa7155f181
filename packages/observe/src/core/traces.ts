/**
 * The trace signal: the span of an exchange, every other span through OpenTelemetry's SDK, and the one way both take
 * to the backend.
 */
import { randomFillSync } from 'node:crypto'
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
import { epochMs } from './clock.ts'
import { SCOPE } from './names.ts'
import type { EncodableSpan } from './otlp.ts'
import type { Outcome } from './outcomes.ts'
import { isSampled, type SamplingRule, samplerFor } from './sampling.ts'
import { ExchangeSpan } from './span.ts'

/** Takes finished spans: a delivery, or a test's list. */
export type SpanSink = (span: EncodableSpan) => void

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
  readonly #foreign: boolean

  constructor(options: TracesOptions) {
    this.#sampling = options.sampling
    this.#sink = options.sink
    this.#foreign = options.provider !== undefined
    this.provider =
      options.provider ??
      new SdkTracerProvider({
        resource: options.resource,
        sampler: samplerFor(options.sampling),
        spanProcessors: options.sink === undefined ? [] : [sinkProcessor(options.sink)],
      })
    this.tracer = this.provider.getTracer(SCOPE)
  }

  /** Starts the span of an exchange that `startedMs` (monotonic) began. */
  startExchange(name: string, parent: SpanContext | undefined, link: Link | undefined, startedMs: number): Span {
    if (this.#foreign) return this.#startForeign(name, parent, link)
    const traceId = parent?.traceId ?? randomHex(16)
    const sampled = isSampled(this.#sampling, traceId, parent)
    const context: SpanContext = {
      traceId,
      spanId: randomHex(8),
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    }
    if (parent?.traceState !== undefined) context.traceState = parent.traceState
    if (!sampled || this.#sink === undefined) return trace.wrapSpanContext(context)
    const span = new ExchangeSpan(name, SpanKind.SERVER, context, parent, startedMs)
    if (link !== undefined) span.addLink(link)
    return span
  }

  /** Ends what `startExchange` began. */
  endExchange(span: Span, outcome: Outcome, endedMs: number): void {
    if (span instanceof ExchangeSpan) {
      span.finish(outcome, endedMs)
      this.#sink?.(span)
      return
    }
    span.updateName(outcome.name)
    span.setAttributes(outcome.attributes)
    span.end()
  }

  /** Starts a client span in `context`; one that `startedMs` (monotonic) began, where it is told of late. */
  startClient(name: string, context: Context, startedMs?: number): Span {
    const startTime = startedMs === undefined ? {} : { startTime: epochMs(startedMs) }
    return this.tracer.startSpan(name, { kind: SpanKind.CLIENT, ...startTime }, context)
  }

  #startForeign(name: string, parent: SpanContext | undefined, link: Link | undefined): Span {
    const context = trace.setSpanContext(ROOT_CONTEXT, parent ?? INVALID_SPAN_CONTEXT)
    return this.tracer.startSpan(name, { kind: SpanKind.SERVER, links: link === undefined ? [] : [link] }, context)
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

/** Ids are cut from a block of random bytes: one call to the random source for 256 spans instead of two for each. */
const POOL_BYTES = 8192
const pool = Buffer.allocUnsafeSlow(POOL_BYTES)
let poolAt = POOL_BYTES

function randomHex(bytes: number): string {
  if (poolAt + bytes > POOL_BYTES) {
    randomFillSync(pool)
    poolAt = 0
  }
  const id = pool.toString('hex', poolAt, poolAt + bytes)
  poolAt += bytes
  // An id of zeros is invalid; one in 2^64 is tried again.
  return /^0+$/.test(id) ? randomHex(bytes) : id
}
