/**
 * Whether runs before and after a change differ, by how much, and how sure that is: Welch's interval for the difference of two means, a run being
 * one value. Within one run thousands of requests share the same minute of the same machine, so they say little of what the next run
 * will be; that is why one run a side never shows a change.
 */
/// <reference path="./jstat.d.ts" />
import jstat from 'jstat'

/** A change is called one where chance alone would show it less often than this, for each measure. */
const ALPHA = 0.01
/** A change below this share is no reason to act. */
const RELEVANT = 0.05
/** Share of true changes that the suggested number of runs finds. */
const POWER = 0.8
const LEAST_RUNS = 3
const MOST_RUNS = 1000

export interface Effect {
  before: number
  after: number
  /** Change in percent of `before`; of what may be zero, the difference itself. */
  change: number
  /** Interval of the change; null where there are fewer than two runs a side. */
  interval: [low: number, high: number] | null
  verdict: 'lower' | 'higher' | 'same' | 'not enough data'
  /** Runs a side that would show a change of this size, or of five percent where that is larger; null where the number is enough. */
  needed: number | null
}

/** Compares one measure of the runs of two sides. Ratios of positive values, differences of others. */
export function effectOf(before: readonly number[], after: readonly number[]): Effect {
  const isRatio = [...before, ...after].every((value) => value > 0)
  const scale = isRatio ? Math.log : (value: number) => value
  const percent = (difference: number) => (isRatio ? (Math.exp(difference) - 1) * 100 : difference)
  const back = isRatio ? Math.exp : (value: number) => value
  const [one, other] = [momentsOf(before.map(scale)), momentsOf(after.map(scale))]
  const difference = other.mean - one.mean
  const known = { before: back(one.mean), after: back(other.mean), change: percent(difference) }
  if (before.length < 2 || after.length < 2) {
    return { ...known, interval: null, verdict: 'not enough data', needed: LEAST_RUNS }
  }
  const half = halfWidth(one, other)
  const relevant = isRatio ? Math.log1p(RELEVANT) : RELEVANT * Math.max(Math.abs(one.mean), Math.abs(other.mean), 0.01)
  const verdict = verdictOf(difference, half, relevant)
  const interval: [number, number] = [percent(difference - half), percent(difference + half)]
  const needed = verdict === 'not enough data' ? runsNeeded(one, other, Math.max(Math.abs(difference), relevant)) : null
  return { ...known, interval, verdict, needed }
}

interface Moments {
  count: number
  mean: number
  /** Of the values, unbiased. */
  variance: number
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { count: values.length, mean, variance: values.length < 2 ? 0 : squares / (values.length - 1) }
}

/** Half of the interval, by Welch and Satterthwaite. */
function halfWidth(one: Moments, other: Moments): number {
  const [a, b] = [one.variance / one.count, other.variance / other.count]
  if (a + b === 0) return 0
  const degrees = (a + b) ** 2 / (a ** 2 / (one.count - 1) + b ** 2 / (other.count - 1))
  return jstat.studentt.inv(1 - ALPHA / 2, degrees) * Math.sqrt(a + b)
}

function verdictOf(difference: number, half: number, relevant: number): Effect['verdict'] {
  if (Math.abs(difference) > half) return difference < 0 ? 'lower' : 'higher'
  return Math.abs(difference) + half <= relevant ? 'same' : 'not enough data'
}

/** By the normal approximation, and so a little too few where they are few. */
function runsNeeded(one: Moments, other: Moments, difference: number): number {
  const quantiles = jstat.normal.inv(1 - ALPHA / 2, 0, 1) + jstat.normal.inv(POWER, 0, 1)
  const runs = Math.ceil(((one.variance + other.variance) * quantiles ** 2) / difference ** 2) + 1
  return Math.min(MOST_RUNS, Math.max(LEAST_RUNS, runs, Math.max(one.count, other.count) + 1))
}
