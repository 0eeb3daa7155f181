/**
 * What a list of measured times comes to.
 */

export interface Spread {
  /** Milliseconds. */
  median: number
  p95: number
  max: number
}

export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10
  return { median: at(0.5), p95: at(0.95), max: at(1) }
}
