/**
 * Points as the series that Prometheus sees. Different attributes may come to the same labels (`a.b` and `a_b`, 1 and "1"), and a
 * series that comes twice would make the whole of /metrics invalid, so that they become one.
 */

import type { Join, Point } from '../point-sums.ts'
import { labelsOf } from './exposed-labels.ts'

interface Distinct<P extends Point> {
  join: Join<P>
  /** Told of the labels of a series that came twice. */
  onDuplicate(labels: string): void
  /** Points after which others may have a turn: an empty text is given. */
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
