/**
 * Wall-clock time with the resolution of the monotonic clock. `Date.now()` alone has whole milliseconds, so that a
 * child span would often begin before its parent; `performance.timeOrigin` alone drifts when the machine sleeps.
 */
import type { HrTime } from '@opentelemetry/api'

let offset = Date.now() - performance.now()
let checkedAt = 0

/** Milliseconds on the monotonic clock; for durations. */
export function monotonicMs(): number {
  return performance.now()
}

/** Milliseconds since 1970 for a reading of the monotonic clock, re-aligned with the system clock once a second. */
export function epochMs(monotonic: number): number {
  if (monotonic - checkedAt > 1000) {
    checkedAt = monotonic
    const drift = Date.now() - (performance.now() + offset)
    // Date.now() is cut to whole milliseconds, so only a larger difference is drift.
    if (Math.abs(drift) > 2) offset += drift
  }
  return monotonic + offset
}

/** The same as OpenTelemetry's pair of seconds and nanoseconds. */
export function hrTime(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000)
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)]
}
