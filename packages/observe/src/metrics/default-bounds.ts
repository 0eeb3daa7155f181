/**
 * The bucket bounds of a histogram for which none are given. The API's are those of the specification; those of
 * `obs.histogram()` fit the unit, because the specification's would put every duration in seconds into one bucket.
 */

/** Upper bounds of a histogram without advice (OpenTelemetry metrics SDK, "Explicit bucket histogram aggregation"). */
export const DEFAULT_BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]

const BYTE_BOUNDS = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
const RATIO_BOUNDS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]

/** How many of a unit of time make a second. */
export const unitsPerSecond = new Map([
  ['s', 1],
  ['ms', 1e3],
  ['us', 1e6],
  ['ns', 1e9],
])

/** @param latencyBounds the option `metrics.buckets`, in seconds */
export function boundsFor(unit: string, latencyBounds: number[]): number[] {
  const factor = unitsPerSecond.get(unit)
  // Rounded, because 0.035 * 1000 is not 35.
  if (factor !== undefined) return latencyBounds.map((bound) => Number((bound * factor).toPrecision(12)))
  if (unit === 'By') return BYTE_BOUNDS
  if (unit === '1') return RATIO_BOUNDS
  if (unit === '%') return RATIO_BOUNDS.map((bound) => Math.round(bound * 100))
  return DEFAULT_BOUNDS
}
