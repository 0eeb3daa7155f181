/**
 * Splits the metrics of a process into chunks, which are processed one at a time: thousands of series at once would block the
 * event loop.
 */
import type { ScopeMetrics } from './points.ts'

/** Points in a chunk: some 30 KB of text, and half a millisecond of work for histograms. */
const CHUNK_POINTS = 100

/** An instrument of many points is in several chunks; without any point there is one empty chunk. */
export function* chunksOf(scopes: readonly ScopeMetrics[]): Generator<ScopeMetrics[]> {
  let chunk: ScopeMetrics[] = []
  let room = CHUNK_POINTS
  for (const { scope, metrics } of scopes) {
    for (const data of metrics) {
      const { length } = data.dataPoints
      for (let from = 0, to = 0; from < length; from = to) {
        if (room === 0) {
          yield chunk
          chunk = []
          room = CHUNK_POINTS
        }
        to = Math.min(from + room, length)
        room -= to - from
        chunk.push({ scope, metrics: [Object.assign({}, data, { dataPoints: data.dataPoints.slice(from, to) })] })
      }
    }
  }
  yield chunk
}
