/**
 * What came between two points of a series. A reader wants it per step of a chart, whatever the sender's interval: an increment is
 * spread evenly over its own time, so that a rate is the same at every step.
 */

import { add, type Counts, emptyCounts } from './distribution.ts'
import type { Steps } from './range.ts'

/** Milliseconds since the epoch; `from` is the point before, or the beginning of the series. */
export interface Increment {
  from: number
  to: number
  counts: Counts
}

/** A step's share: its counts, and the milliseconds of the step over which they are known. */
export interface Share {
  counts: Counts
  covered: number
}

/** The share of each step that an increment touches. */
export function spread(increments: Increment[], { start, step, count }: Steps): Map<number, Share> {
  const shares = new Map<number, Share>()
  for (const { from, to, counts } of increments) {
    const length = Math.max(to - from, 1)
    const last = Math.min(count - 1, Math.floor((to - 1 - start) / step))
    for (let index = Math.max(0, Math.floor((to - length - start) / step)); index <= last; index++) {
      const begin = start + index * step
      const covered = Math.min(to, begin + step) - Math.max(to - length, begin)
      const share = shares.get(index) ?? { counts: emptyCounts(), covered: 0 }
      add(share.counts, counts, covered / length)
      share.covered += covered
      shares.set(index, share)
    }
  }
  return shares
}

/** Whole increments in the step in which they were reported. */
export function reported(increments: Increment[], { start, step }: Steps): Map<number, Share> {
  const shares = new Map<number, Share>()
  for (const { to, counts } of increments) {
    const index = Math.floor((to - start) / step)
    const share = shares.get(index) ?? { counts: emptyCounts(), covered: step }
    add(share.counts, counts)
    shares.set(index, share)
  }
  return shares
}
