/**
 * Errors grouped by type and place, the most recent first.
 */

import type { ErrorGroup } from '../../contract/contract.ts'
import type { Segments } from '../segments/segments.ts'
import { hexOrNull } from './hex.ts'
import { sparklineSteps, type TimeRange } from './range.ts'
import { summaries } from './rolled-up.ts'

type Row = [
  name: string,
  type: string,
  place: string,
  message: string,
  first: number,
  last: number,
  trace: Uint8Array | null,
  span: Uint8Array | null,
]

export function errors(segments: Segments, range: TimeRange, service?: string): ErrorGroup[] {
  const counted = summaries(segments, { kind: 'error', owner: service }, range, sparklineSteps(range))
  const known = details(segments, service)
  const groups = counted.flatMap(({ owner, name, durations, sparkline }): ErrorGroup[] => {
    const detail = known.get(`${owner}\0${name}`)
    return detail ? [{ ...detail, service: owner, count: durations.count, sparkline }] : []
  })
  return groups.sort((a, b) => b.lastSeen - a.lastSeen)
}

type Detail = Omit<ErrorGroup, 'service' | 'count' | 'sparkline'>

/** What is known of each group over all segments: the newest message and trace, the first time. */
function details(segments: Segments, service?: string): Map<string, Detail> {
  const found = new Map<string, Detail>()
  for (const { statements } of segments.all()) {
    const rows = statements.rows<[owner: string, ...Row]>(
      `SELECT k.owner, k.name, e.type, e.place, e.message, e.first, e.last, e.trace_id, e.span_id
       FROM errors e JOIN keys k ON k.id = e.key${service === undefined ? '' : ' WHERE k.owner = ?'}`,
      ...(service === undefined ? [] : [service]),
    )
    for (const [owner, name, type, place, message, first, last, trace, span] of rows) {
      const id = `${owner}\0${name}`
      const newer = found.get(id)
      if (newer) newer.firstSeen = Math.min(newer.firstSeen, first / 1000)
      else {
        const ids = { traceId: hexOrNull(trace), spanId: hexOrNull(span) }
        found.set(id, {
          id: Buffer.from(id).toString('base64url'),
          type,
          place,
          message,
          firstSeen: first / 1000,
          lastSeen: last / 1000,
          ...ids,
        })
      }
    }
  }
  return found
}
