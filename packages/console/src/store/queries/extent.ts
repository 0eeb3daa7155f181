/**
 * When a trace began and how long it took, on its caller's clock as its own page shows it, from the few columns of its spans
 * that tell.
 */

import { kinds } from '../search/filter.ts'
import type { Segments } from '../segments/segments.ts'
import { offsetsOf, type Timed } from './clocks.ts'
import { hex, hexOrNull } from './hex.ts'

/** Larger traces are listed as their spans were sent: to correct a screenful of them takes too long. */
const MOST_SPANS = 2000

/** Milliseconds since the epoch, and milliseconds. */
export interface Extent {
  start: number
  duration: number
}

type Row = [spanId: Uint8Array, parentId: Uint8Array, kind: number, resource: string, start: number, duration: number]

/** Undefined if all clocks agree or the offset is unknown. */
export function extentOnOneClock(segments: Segments, traceId: Uint8Array, count: number): Extent | undefined {
  if (count > MOST_SPANS) return undefined
  const spans: Timed[] = []
  const processes = new Map<string, object>()
  for (const { statements } of segments.all()) {
    const rows = statements.rows<Row>(
      `SELECT s.span_id, s.parent_id, o.kind, r.attributes, s.start, s.duration
       FROM spans s JOIN operations o ON o.id = s.operation JOIN resources r ON r.id = s.resource
       WHERE s.trace = (SELECT id FROM traces WHERE trace_id = ?)`,
      traceId,
    )
    for (const [spanId, parentId, kind, attributes, start, duration] of rows) {
      const resource = processes.get(attributes) ?? {}
      processes.set(attributes, resource)
      spans.push({
        spanId: hex(spanId),
        parentId: hexOrNull(parentId),
        kind: kinds[kind - 1] ?? 'internal',
        resource,
        start: start / 1000,
        duration: duration / 1e6,
      })
    }
  }
  const offsets = offsetsOf(spans)
  if (![...offsets.values()].some((offset) => offset !== 0)) return undefined
  const starts = spans.map((span) => span.start + (offsets.get(span.resource) ?? 0))
  const ends = spans.map(({ duration }, index) => (starts[index] ?? 0) + duration)
  const start = Math.min(...starts)
  return { start, duration: Math.max(...ends) - start }
}
