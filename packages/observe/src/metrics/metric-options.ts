/**
 * Checks the options and values given to an instrument of the API; they come from JavaScript and may be of any type.
 */
import { type MetricOptions, ValueType } from '@opentelemetry/api'

/** Upper bounds of a histogram without advice (OpenTelemetry metrics SDK, "Explicit bucket histogram aggregation"). */
const DEFAULT_BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]

/** The value to record; `undefined` where it is not a number. */
export function recordable(value: unknown, options: MetricOptions | undefined): number | undefined {
  if (typeof value !== 'number') return undefined
  return options?.valueType === ValueType.INT ? Math.trunc(value) : value
}

export function boundsOf(options: MetricOptions | undefined): number[] {
  const advised = options?.advice?.explicitBucketBoundaries
  if (!Array.isArray(advised)) return DEFAULT_BOUNDS
  return Array.from(new Set(advised.filter(Number.isFinite))).sort((one, other) => one - other)
}
