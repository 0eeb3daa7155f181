/** Medians with their spread, and the decision whether a ratio of two may be reported. */

export interface Estimate {
  median: number
  /** The quartiles: half of the rounds lie between them. */
  low: number
  high: number
}

export function estimate(values: number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

/** Between two values the quantile lies in proportion, as R and NumPy have it. */
function quantile(sorted: number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/** A ratio whose middle half of the rounds is wider than this share of it says nothing. */
const WIDEST = 0.25

export function isMeaningful({ median, low, high }: Estimate): boolean {
  return high - low <= WIDEST * median
}

/** What a variant costs over bare, round by round, so that a machine that slows down meanwhile slows both. */
export interface Overhead {
  /** The variant's figure over bare's. */
  ratio: Estimate
  /** The difference, in the figure's own unit. */
  difference: Estimate
}

export function overhead(values: number[], bare: number[]): Overhead {
  const pairs = values.flatMap((value, round) => {
    const base = bare[round]
    return base === undefined ? [] : [{ value, base }]
  })
  return {
    ratio: estimate(pairs.map(({ value, base }) => value / base)),
    difference: estimate(pairs.map(({ value, base }) => value - base)),
  }
}
