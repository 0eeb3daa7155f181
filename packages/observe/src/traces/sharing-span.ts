/**
 * A span that shares name and attributes with all that ended like it: that of an exchange and that of an outgoing call. Only
 * `finish` ends it.
 */
import type { HrTime, SpanContext, SpanKind } from '@opentelemetry/api'
import { SCOPE } from '../conventions/names.ts'
import type { SpanLimits } from '../settings/span-limits.ts'
import { hrTime } from '../time/clock.ts'
import type { SharedSpan } from './encodable-span.ts'
import { RecordingSpan } from './recording-span.ts'

const OWN_SCOPE = { name: SCOPE }

export abstract class SharingSpan extends RecordingSpan {
  /** Start and end in milliseconds since 1970. */
  readonly startedMs: number
  endedMs = 0
  /** What all that ended like this one have in common; set by `finish`. */
  shared: SharedSpan | undefined

  /** @param startedMs a reading of the monotonic clock */
  constructor(
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    startedMs: number,
    offsetMs: number,
    limits: SpanLimits,
  ) {
    super(name, kind, context, parent, offsetMs, limits)
    this.startedMs = startedMs + offsetMs
  }

  get instrumentationScope(): typeof OWN_SCOPE {
    return OWN_SCOPE
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

  /** Leaves the span open, whatever calls it. */
  end(): void {
    // `finish` ends it.
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
