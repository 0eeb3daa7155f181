/**
 * Durations are counted in buckets that each are 19 % wider than the one before (four to a doubling), so that a percentile
 * over any number of requests costs a few additions and is exact to half a bucket: a tenth at worst.
 */

import type { Figures } from '../../contract/contract.ts'

const PER_DOUBLING = 4
const MOST = 255

/** The bucket of a duration in nanoseconds; bucket 0 ends at one microsecond. */
export function bucketOf(nanoseconds: number): number {
  if (nanoseconds <= 1000) return 0
  return Math.min(MOST, Math.ceil(Math.log2(nanoseconds / 1000) * PER_DOUBLING))
}

/** The upper bound of a bucket, in milliseconds. */
function boundOf(bucket: number): number {
  return 2 ** (bucket / PER_DOUBLING) / 1000
}

/** Counts per bucket of anything that is called. */
export class Durations {
  count = 0
  errors = 0
  readonly #buckets = new Map<number, number>()

  add(bucket: number, count: number, errors: number): void {
    this.count += count
    this.errors += errors
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
  }

  merge(other: Durations): void {
    for (const [bucket, count] of other.#buckets) this.add(bucket, count, 0)
    this.errors += other.errors
  }

  /** Milliseconds; null where nothing was counted. */
  quantiles(...wanted: number[]): (number | null)[] {
    const sorted = [...this.#buckets].sort(([a], [b]) => a - b)
    return wanted.map((quantile) => {
      // The rank that is asked for, and the middle of its share of a bucket: of a single duration that is the bucket's middle.
      let left = Math.max(1, Math.ceil(quantile * this.count)) - 0.5
      for (const [bucket, count] of sorted) {
        if (left <= count) return interpolate(bucket, left / count)
        left -= count
      }
      return null
    })
  }

  percentiles(): { p50: number | null; p95: number | null; p99: number | null } {
    const [p50 = null, p95 = null, p99 = null] = this.count > 0 ? this.quantiles(0.5, 0.95, 0.99) : []
    return { p50, p95, p99 }
  }

  figures(seconds: number): Figures {
    const { count, errors } = this
    return { count, errors, rate: count / seconds, errorShare: count > 0 ? errors / count : 0, ...this.percentiles() }
  }
}

function interpolate(bucket: number, share: number): number {
  if (bucket === 0) return 0.001 * share
  const lower = boundOf(bucket - 1)
  return lower * (boundOf(bucket) / lower) ** share
}
