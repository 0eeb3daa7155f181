/**
 * The time range of a query and the steps of its charts, which begin on whole cells so that no cell is split.
 */

import type { Segments } from '../segments/segments.ts'
import { levels } from '../tables/cells.ts'

/** Milliseconds since the epoch. */
export interface TimeRange {
  from: number
  to: number
}

/** Points of a chart: `count` of them, `step` milliseconds apart, the first at `start`. */
export interface Steps {
  start: number
  step: number
  count: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const nice = [10_000, 20_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE]
const long = [HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]
const POINTS = 120
const PARTS = 30
const MOST_POINTS = 2000

/** The step that was asked for, raised to a whole cell, else one that gives about 120 points. */
export function stepsOf({ from, to }: TimeRange, wanted?: number): Steps {
  const least = Math.max(levels[0] * 1000, (to - from) / (wanted === undefined ? POINTS : MOST_POINTS))
  const fitting = [...nice, ...long].find((step) => step >= least) ?? Math.ceil(least / (24 * HOUR)) * 24 * HOUR
  const step = wanted === undefined || wanted < least ? fitting : wholeCells(wanted)
  const start = Math.floor(from / step) * step
  return { start, step, count: Math.max(1, Math.ceil((to - start) / step)) }
}

/**
 * About thirty parts of a range, for a sparkline. Each is made of whole cells, as parts that split cells look like a comb.
 * Whatever is counted as one figure over a range is counted over these parts, so that a map, a table and a total agree.
 */
export function sparklineSteps({ from, to }: TimeRange): Steps {
  const length = to - from
  const cell = 1000 * (levels.findLast((level) => level * 1000 <= length / (2 * PARTS)) ?? levels[0])
  const step = Math.ceil(length / PARTS / cell) * cell
  const start = Math.floor(from / step) * step
  return { start, step, count: Math.max(1, Math.ceil((to - start) / step)) }
}

function wholeCells(step: number): number {
  return Math.ceil(step / (levels[0] * 1000)) * levels[0] * 1000
}

/** The seconds of the range for which there is data: at least one. */
export function secondsWithData(segments: Segments, { from, to }: TimeRange): number {
  const oldest = segments.totals().oldest ?? from
  return Math.max(1, (Math.min(to, Date.now()) - Math.max(from, oldest)) / 1000)
}
