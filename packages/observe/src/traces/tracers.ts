/**
 * The tracers behind OpenTelemetry's `trace.getTracer()`, and those of this library: every span but that of an exchange is
 * started here. A value of the caller's that a span cannot hold is left out; nothing throws.
 */
import {
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { activeContext, isContext, withContext } from '../context/context.ts'
import { RANDOM_FLAG } from '../context/tracecontext.ts'
import { fieldOf, safeText } from '../conventions/thrown.ts'
import type { SamplingRule } from '../settings/sampling-rule.ts'
import type { SpanLimits } from '../settings/span-limits.ts'
import { epochOffset, monotonicMs } from '../time/clock.ts'
import type { EncodableSpan, InstrumentationScope } from './encodable-span.ts'
import { randomSpanId, randomTraceId } from './ids.ts'
import { LocalSpan } from './local-span.ts'
import { RecordingSpan } from './recording-span.ts'
import { isSampled } from './sampling.ts'
import { isTime, nameOf, timeOf } from './span-values.ts'

export interface TracersOptions {
  sampling: SamplingRule
  limits: SpanLimits
  /** Gets every sampled span that ends. */
  sink: ((span: EncodableSpan) => void) | undefined
  /** Sends what waits. */
  flush: () => Promise<void>
}

export class Tracers implements TracerProvider {
  readonly #options: TracersOptions

  constructor(options: TracersOptions) {
    this.#options = options
  }

  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const scope: InstrumentationScope = { name: name === undefined || name === null ? '' : safeText(name) }
    if (version !== undefined && version !== null) scope.version = safeText(version)
    const schemaUrl = fieldOf(options, 'schemaUrl')
    if (typeof schemaUrl === 'string') scope.schemaUrl = schemaUrl
    return new LocalTracer(scope, this.#options)
  }

  /** Sends what waits; as the SDK's provider has it, for code that flushes before it is frozen. */
  forceFlush(): Promise<void> {
    return this.#options.flush()
  }

  /** The same: `shutdown()` of the `Observe` ends the recording. */
  shutdown(): Promise<void> {
    return this.#options.flush()
  }
}

/** The context of a new span: a part of the parent's trace, or the first of a trace of its own. */
export function nextSpanContext(rule: SamplingRule, parent: SpanContext | undefined): SpanContext {
  const traceId = parent === undefined ? randomTraceId() : parent.traceId
  const random = parent === undefined ? RANDOM_FLAG : parent.traceFlags & RANDOM_FLAG
  const sampled = isSampled(rule, traceId, parent) ? TraceFlags.SAMPLED : TraceFlags.NONE
  const context: SpanContext = { traceId, spanId: randomSpanId(), traceFlags: random | sampled }
  if (parent?.traceState !== undefined) context.traceState = parent.traceState
  return context
}

class LocalTracer implements Tracer {
  readonly #scope: InstrumentationScope
  readonly #options: TracersOptions

  constructor(scope: InstrumentationScope, options: TracersOptions) {
    this.#scope = scope
    this.#options = options
  }

  startSpan(name: string, options?: unknown, given: unknown = activeContext()): Span {
    const { sampling, limits, sink } = this.#options
    const context = isContext(given) ? given : activeContext()
    if (isTracingSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    const parentSpan = fieldOf(options, 'root') === true ? undefined : trace.getSpan(context)
    const parent = validContextOf(parentSpan)
    const own = nextSpanContext(sampling, parent)
    if (sink === undefined || (own.traceFlags & TraceFlags.SAMPLED) === 0) return trace.wrapSpanContext(own)
    const monotonic = monotonicMs()
    const offsetMs = offsetBelow(parentSpan, parent, monotonic)
    const startTime = fieldOf(options, 'startTime')
    const span = new LocalSpan({
      name: nameOf(name),
      kind: kindOf(fieldOf(options, 'kind')),
      scope: this.#scope,
      context: own,
      parent,
      offsetMs,
      started: isTime(startTime) ? timeOf(startTime, monotonic + offsetMs) : monotonic,
      limits,
      sink,
    })
    const attributes = fieldOf(options, 'attributes')
    if (attributes !== undefined) span.setAttributes(attributes)
    const links = fieldOf(options, 'links')
    if (links !== undefined) span.addLinks(links)
    return span
  }

  /** Runs the last argument in the span's context; `undefined` without a function. */
  startActiveSpan(name: string, ...rest: unknown[]): ReturnType<Tracer['startActiveSpan']> {
    const fn = rest.pop()
    if (typeof fn !== 'function') return undefined
    const [options, given] = rest
    const context = isContext(given) ? given : activeContext()
    const span = this.startSpan(name, options, context)
    return withContext(trace.setSpan(context, span), () => fn(span))
  }
}

/** `undefined` where there is no span, or one whose ids are not valid. */
export function validContextOf(span: Span | undefined): SpanContext | undefined {
  if (span === undefined) return undefined
  try {
    // Its ids are this library's own.
    if (span instanceof RecordingSpan) return span.spanContext()
    const context = span.spanContext()
    return isSpanContextValid(context) ? context : undefined
  } catch {
    return undefined
  }
}

/** What places a child of `span` in time, see `RecordingSpan.offsetMs`. */
export function offsetBelow(span: Span | undefined, valid: SpanContext | undefined, monotonic: number): number {
  // What has no valid context is no span of ours, and may throw when it is asked.
  return valid !== undefined && span instanceof RecordingSpan ? span.offsetMs : epochOffset(monotonic)
}

function kindOf(kind: unknown): SpanKind {
  return typeof kind === 'number' && SpanKind[kind] !== undefined ? kind : SpanKind.INTERNAL
}
