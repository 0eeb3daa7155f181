/**
 * Joins two points of one series: from two processes, or from attributes that give the same labels.
 */
import type { DataPoint, Exemplar, HistogramPoint } from './points.ts'

export type Point = DataPoint<number> | HistogramPoint

/** Joins a later point of a series to the earlier one. */
export type Join<P extends Point> = (known: Point, point: P) => P

export function addNumber(known: Point, point: DataPoint<number>): DataPoint<number> {
  return typeof known.value === 'number' ? { ...point, value: known.value + point.value } : point
}

export function addHistogram(known: Point, point: HistogramPoint): HistogramPoint {
  if (!('exemplars' in known)) return point
  const { buckets, count, sum = 0 } = known.value
  // Processes of one program have the same buckets, unless they run two versions of it.
  if (String(buckets.boundaries) !== String(point.value.buckets.boundaries)) return known
  const counts = buckets.counts.map((own, index) => own + (point.value.buckets.counts[index] ?? 0))
  return {
    ...point,
    value: {
      buckets: { boundaries: buckets.boundaries, counts },
      count: count + point.value.count,
      sum: sum + (point.value.sum ?? 0),
    },
    exemplars: counts.map((_, index) => latest(known.exemplars[index], point.exemplars[index])),
  }
}

/** A gauge keeps its last value: a sum of two has no meaning. */
export function takeLast(_: Point, point: DataPoint<number>): DataPoint<number> {
  return point
}

function latest(one: Exemplar | undefined, other: Exemplar | undefined): Exemplar | undefined {
  return one === undefined || (other !== undefined && other.timeMs > one.timeMs) ? other : one
}
