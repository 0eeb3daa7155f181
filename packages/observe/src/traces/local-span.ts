/**
 * Every span but that of an exchange: outgoing calls, queries, `obs.span()`, and what instrumentations make through
 * OpenTelemetry's API.
 */
import type { HrTime, SpanContext, SpanKind, TimeInput } from '@opentelemetry/api'
import type { SpanLimits } from '../settings/span-limits.ts'
import { hrTime } from '../time/clock.ts'
import type { EncodableSpan, InstrumentationScope } from './encodable-span.ts'
import { RecordingSpan } from './recording-span.ts'
import { isTime, timeOf } from './span-values.ts'

export interface LocalSpanStart {
  name: string
  kind: SpanKind
  scope: InstrumentationScope
  context: SpanContext
  parent: SpanContext | undefined
  /** See `RecordingSpan.offsetMs`. */
  offsetMs: number
  /** Reading of the monotonic clock, or the time that the caller gave. */
  started: number | HrTime
  limits: SpanLimits
  /** Gets the span when it ends. */
  sink: (span: EncodableSpan) => void
}

export class LocalSpan extends RecordingSpan {
  readonly instrumentationScope: InstrumentationScope
  readonly startTime: HrTime
  endTime: HrTime = [0, 0]
  readonly #sink: (span: EncodableSpan) => void
  #ended = false

  constructor({ name, kind, scope, context, parent, offsetMs, started, limits, sink }: LocalSpanStart) {
    super(name, kind, context, parent, offsetMs, limits)
    this.instrumentationScope = scope
    this.startTime = typeof started === 'number' ? hrTime(started + offsetMs) : started
    this.#sink = sink
  }

  protected get ownAttributesCount(): number {
    return 0
  }

  isRecording(): boolean {
    return !this.#ended
  }

  /** Only the first call counts. An end before the start is moved to the start. */
  end(endTime?: TimeInput): void {
    if (this.#ended) return
    const end = isTime(endTime) ? timeOf(endTime, this.now) : hrTime(this.now)
    this.endTime = isBefore(end, this.startTime) ? this.startTime : end
    this.#ended = true
    this.#sink(this)
  }
}

function isBefore([seconds, nanos]: HrTime, [otherSeconds, otherNanos]: HrTime): boolean {
  return seconds < otherSeconds || (seconds === otherSeconds && nanos < otherNanos)
}
