/**
 * Wall-clock time with the resolution of the monotonic clock. `Date.now()` alone has whole milliseconds, so that a
 * child span would often begin before its parent; `performance.timeOrigin` alone drifts when the machine sleeps.
 *
 * All spans of one trace in one process are placed by the offset of the first of them, so that a step of the system clock
 * never puts a child before its parent or an end before a start.
 */
import type { HrTime } from '@opentelemetry/api'

/** Longest time in milliseconds for reading both clocks. A process that is suspended in between reads two different moments. */
const READING_MS = 1
/** Attempts to read both clocks at once. */
const MAX_READINGS = 10

let offset = offsetNow()
let checkedAt = 0

/** Milliseconds on the monotonic clock; for durations. */
export function monotonicMs(): number {
  return performance.now()
}

/** Milliseconds since 1970 for a reading of the monotonic clock. */
export function epochMs(monotonic: number): number {
  return monotonic + epochOffset(monotonic)
}

/** What to add to a reading of the monotonic clock, re-aligned with the system clock once a second. */
export function epochOffset(monotonic: number): number {
  if (monotonic - checkedAt > 1000) {
    checkedAt = monotonic
    const drift = offsetNow() - offset
    // Date.now() is cut to whole milliseconds, so only a larger difference is drift.
    if (Math.abs(drift) > 2) offset += drift
  }
  return offset
}

/** From the monotonic clock to the system clock, from the two readings that were closest to each other. */
function offsetNow(): number {
  let closest = { tookMs: Number.POSITIVE_INFINITY, offset: 0 }
  for (let reading = 0; reading < MAX_READINGS && closest.tookMs > READING_MS; reading += 1) {
    const before = performance.now()
    const now = Date.now()
    const after = performance.now()
    if (after - before < closest.tookMs) closest = { tookMs: after - before, offset: now - after }
  }
  return closest.offset
}

/** The same as OpenTelemetry's pair of seconds and nanoseconds. */
export function hrTime(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000)
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)]
}
