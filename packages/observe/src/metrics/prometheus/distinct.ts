/**
 * Joins the points that Prometheus would take for one series: different attributes may give the same labels (`a.b` and `a_b`, 1
 * and "1"), and a duplicate series would make the whole of /metrics invalid.
 */
import type { Join, Point } from '../point-sums.ts'
import { labelsOf } from './exposed-labels.ts'

interface Distinct<P extends Point> {
  join: Join<P>
  /** Called with the labels of a duplicate series. */
  onDuplicate(labels: string): void
  /** Number of points after which an empty text is yielded, so that the caller may yield to the event loop. */
  pause: number
}

export function* distinct<P extends Point>(
  points: readonly P[],
  { join, onDuplicate, pause }: Distinct<P>,
): Generator<string, Iterable<P>> {
  const series = new Map<string, P>()
  let done = 0
  for (const point of points) {
    const labels = labelsOf(point.attributes)
    const known = series.get(labels)
    series.set(labels, known === undefined ? point : join(known, point))
    if (known !== undefined) onDuplicate(labels)
    done += 1
    if (done % pause === 0) yield ''
  }
  return series.values()
}
