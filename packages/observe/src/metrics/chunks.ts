/**
 * The metrics of a process in parts that are sent, or worked upon, one at a time: with thousands of series all of them at once
 * would keep the event loop from everything else.
 */
import type { ScopeMetrics } from './points.ts'

/** Points in a part: some 30 KB as text, and half a millisecond of work where they are histograms. */
const PART_POINTS = 100

/** An instrument of many points is in several parts; without any point there is one empty part. */
export function* chunksOf(scopes: readonly ScopeMetrics[]): Generator<ScopeMetrics[]> {
  let part: ScopeMetrics[] = []
  let room = PART_POINTS
  for (const { scope, metrics } of scopes) {
    for (const data of metrics) {
      const { length } = data.dataPoints
      for (let from = 0, to = 0; from < length; from = to) {
        if (room === 0) {
          yield part
          part = []
          room = PART_POINTS
        }
        to = Math.min(from + room, length)
        room -= to - from
        part.push({ scope, metrics: [Object.assign({}, data, { dataPoints: data.dataPoints.slice(from, to) })] })
      }
    }
  }
  yield part
}
