/**
 * Histograms of either kind as counts between bounds, so that they can be added, subtracted and asked for percentiles alike.
 */

import type { Distribution } from '../../receiver/record.ts'

/** Counts by the upper bound of their bucket; the last bound of an explicit histogram is Infinity. */
export interface Counts {
  count: number
  sum: number
  buckets: Map<number, number>
}

export function emptyCounts(): Counts {
  return { count: 0, sum: 0, buckets: new Map() }
}

/** Exponential buckets are brought to this scale at most (nine to a doubling), so that points of any scale add up. */
const finestScale = 3

export function countsOf(sum: number, distribution: Distribution): Counts {
  const buckets = new Map<number, number>()
  const add = (bound: number, count: number) => count > 0 && buckets.set(bound, (buckets.get(bound) ?? 0) + count)
  if ('bounds' in distribution) {
    for (const [index, count] of distribution.counts.entries())
      add(distribution.bounds[index] ?? Number.POSITIVE_INFINITY, count)
  } else if ('scale' in distribution) {
    const { scale, zero, positive, negative } = distribution
    const coarse = Math.min(scale, finestScale)
    const boundOf = (index: number) => 2 ** ((Math.floor(index / 2 ** (scale - coarse)) + 1) / 2 ** coarse)
    add(0, zero)
    for (const [index, count] of positive.counts.entries()) add(boundOf(positive.offset + index), count)
    for (const [index, count] of negative.counts.entries()) add(-boundOf(negative.offset + index), count)
  }
  return { count: distribution.count, sum, buckets }
}

export function add(into: Counts, more: Counts, sign: 1 | -1 = 1): void {
  into.count += sign * more.count
  into.sum += sign * more.sum
  for (const [bound, count] of more.buckets) into.buckets.set(bound, (into.buckets.get(bound) ?? 0) + sign * count)
}

/** What came between two points of a cumulative series. */
export function difference(later: Counts, earlier: Counts): Counts {
  const counts = { count: later.count, sum: later.sum, buckets: new Map(later.buckets) }
  add(counts, earlier, -1)
  return counts
}

/** Linear within a bucket, as Prometheus does; a quantile beyond the last finite bound is that bound. */
export function quantile(wanted: number, { buckets }: Counts): number | null {
  const sorted = [...buckets].filter(([, count]) => count > 0).sort(([a], [b]) => a - b)
  const bounds = [...buckets.keys()].sort((a, b) => a - b)
  let left = wanted * sorted.reduce((sum, [, count]) => sum + count, 0)
  for (const [bound, count] of sorted) {
    if (left <= count) {
      const lower = bounds[bounds.indexOf(bound) - 1] ?? Math.min(0, bound)
      return Number.isFinite(bound) ? lower + (bound - lower) * (left / count) : lower
    }
    left -= count
  }
  return null
}
