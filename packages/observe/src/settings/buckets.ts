/**
 * Checks histogram bounds: those of the option `metrics.buckets` and of each histogram of the user.
 */
import { HTTP_BUCKETS } from '../conventions/names.ts'

/** Throws unless `bounds` are finite, positive and ascending. */
export function checkBuckets(bounds: number[], what: string): void {
  bounds.forEach((bound, index) => {
    const previous = bounds[index - 1] ?? 0
    if (!Number.isFinite(bound) || bound <= previous) {
      const example = JSON.stringify(HTTP_BUCKETS.slice(0, 3))
      throw new RangeError(`${what} must be positive and ascending numbers, such as ${example}; found ${bound}`)
    }
  })
}
