/**
 * Histograms of either kind as counts between bounds, so that they can be added, subtracted and asked for percentiles alike.
 */

import type { Distribution } from '../../otlp/record.ts'

interface Bucket {
  lower: number
  count: number
}

export interface Counts {
  count: number
  sum: number
  /** By upper bound; the last one of an explicit histogram is Infinity. */
  buckets: Map<number, Bucket>
}

export function emptyCounts(): Counts {
  return { count: 0, sum: 0, buckets: new Map() }
}

/** Exponential buckets are brought to this scale at most (eight to a doubling), so that points of any scale add up. */
const FINEST_SCALE = 3

export function countsOf(sum: number, distribution: Distribution): Counts {
  const counts: Counts = { count: distribution.count, sum, buckets: new Map() }
  if ('bounds' in distribution) {
    const { bounds } = distribution
    for (const [index, count] of distribution.counts.entries()) {
      const upper = bounds[index] ?? Number.POSITIVE_INFINITY
      addBucket(counts, upper, bounds[index - 1] ?? Math.min(0, upper), count)
    }
  } else if ('scale' in distribution) {
    const { scale, zero, positive, negative } = distribution
    const coarse = Math.min(scale, FINEST_SCALE)
    const indexOf = (index: number) => Math.floor(index / 2 ** (scale - coarse))
    const boundOf = (index: number) => 2 ** (index / 2 ** coarse)
    addBucket(counts, 0, 0, zero)
    for (const [at, count] of positive.counts.entries()) {
      const index = indexOf(positive.offset + at)
      addBucket(counts, boundOf(index + 1), boundOf(index), count)
    }
    for (const [at, count] of negative.counts.entries()) {
      const index = indexOf(negative.offset + at)
      addBucket(counts, -boundOf(index), -boundOf(index + 1), count)
    }
  }
  return counts
}

/** Adds a share of other counts, or with -1 subtracts them. */
export function add(into: Counts, more: Counts, share = 1): void {
  into.count += share * more.count
  into.sum += share * more.sum
  for (const [upper, { lower, count }] of more.buckets) addBucket(into, upper, lower, share * count)
}

/** What came between two points of a cumulative series. */
export function difference(later: Counts, earlier: Counts): Counts {
  const counts = emptyCounts()
  add(counts, later)
  add(counts, earlier, -1)
  return counts
}

/** Linear within a bucket, as Prometheus does; a quantile beyond the last finite bound is that bound. */
export function quantile(wanted: number, { buckets }: Counts): number | null {
  const filled = [...buckets].filter(([, { count }]) => count > 0).sort(([a], [b]) => a - b)
  let left = wanted * filled.reduce((sum, [, { count }]) => sum + count, 0)
  for (const [upper, { lower, count }] of filled) {
    if (left <= count) return Number.isFinite(upper) ? lower + (upper - lower) * (left / count) : lower
    left -= count
  }
  return null
}

function addBucket({ buckets }: Counts, upper: number, lower: number, count: number): void {
  if (count === 0) return
  const bucket = buckets.get(upper)
  if (bucket) bucket.count += count
  else buckets.set(upper, { lower, count })
}
