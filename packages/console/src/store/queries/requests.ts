/**
 * The newest requests of a route, as the few columns that tell one from another.
 */

import type { Attributes } from '../../contract/contract.ts'
import type { Search } from '../../query/search.ts'
import { scan } from '../search/scan.ts'
import { spanCondition } from '../search/span-search.ts'
import type { Segments } from '../segments/segments.ts'
import { hex } from './hex.ts'
import type { TimeRange } from './range.ts'

const MOST = 2000

export interface RequestRow {
  traceId: string
  spanId: string
  time: number
  duration: number
  attributes: Attributes
  resource: Attributes
}

type Row = [
  id: number,
  traceId: Uint8Array,
  spanId: Uint8Array,
  start: number,
  duration: number,
  attributes: string,
  resource: string,
]

/** Newest first. A search that takes too long ends early, with those that it found. */
export async function requestsOf(segments: Segments, range: TimeRange, search: Search): Promise<RequestRow[]> {
  const found: RequestRow[] = []
  await scan({
    segments,
    signal: 'spans',
    before: null,
    condition: ({ statements }) => spanCondition(statements, search, { from: range.from * 1000, to: range.to * 1000 }),
    visit: ({ statements }, [first, last], condition) => {
      const rows = statements.each<Row>(
        `SELECT m.id, t.trace_id, m.span_id, m.start, m.duration, m.attributes, r.attributes FROM
           (SELECT * FROM spans WHERE id BETWEEN ? AND ?${condition.sql} ORDER BY id DESC) m
         JOIN traces t ON t.id = m.trace JOIN resources r ON r.id = m.resource`,
        first,
        last,
        ...condition.values(first, last),
      )
      for (const [id, traceId, spanId, start, duration, attributes, resource] of rows) {
        if (found.length === MOST) return id + 1
        found.push({
          traceId: hex(traceId),
          spanId: hex(spanId),
          time: start / 1000,
          duration: duration / 1e6,
          attributes: JSON.parse(attributes),
          resource: JSON.parse(resource),
        })
      }
      return undefined
    },
  })
  return found
}
