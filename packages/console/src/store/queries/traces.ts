/**
 * The list of traces: the newest whose spans match a search, each summed up over every segment that holds a part of it.
 */

import type { Back, TraceSummary } from '../../contract/contract.ts'
import type { Term } from '../search/filter.ts'
import { cursorOf, cursorText, scan } from '../search/scan.ts'
import { spanCondition } from '../search/span-search.ts'
import type { Segment, Segments } from '../segments/segments.ts'
import { extentOnOneClock } from './extent.ts'
import { hex } from './hex.ts'
import type { TimeRange } from './range.ts'

export interface TraceQuery extends TimeRange {
  terms: Term[]
  limit: number
  before?: string | undefined
}

/** A matching span: its row, its trace within the segment and its id. */
type Hit = [row: number, trace: number, spanId: Uint8Array]

export async function traces(segments: Segments, query: TraceQuery): Promise<{ traces: TraceSummary[] } & Back> {
  const { terms, from, to, limit } = query
  const found = new Map<string, TraceSummary>()
  const progress = await scan({
    segments,
    signal: 'spans',
    before: cursorOf(query.before),
    condition: ({ statements }) => spanCondition(statements, terms, { from: from * 1000, to: to * 1000 }),
    visit: (segment, [first, last], condition) => {
      const seen = new Set<number>()
      const rows = segment.statements.each<Hit>(
        `SELECT id, trace, span_id FROM spans WHERE id BETWEEN ? AND ?${condition.sql} ORDER BY id DESC`,
        first,
        last,
        ...condition.values,
      )
      for (const [row, trace, spanId] of rows) {
        if (seen.has(trace)) continue
        seen.add(trace)
        const traceId = traceIdOf(segment, trace)
        if (!traceId || found.has(hex(traceId))) continue
        if (found.size === limit) return row + 1
        const summary = summaryOf(segments, traceId)
        if (summary) found.set(summary.traceId, { ...summary, spanId: terms.length > 0 ? hex(spanId) : null })
      }
      return undefined
    },
  })
  const { complete, next, reached } = progress
  return {
    traces: [...found.values()].sort((a, b) => b.start - a.start),
    next: cursorText(next),
    complete,
    reached: Math.max(from, reached / 1000),
  }
}

function traceIdOf({ statements }: Segment, trace: number): Uint8Array | undefined {
  return statements.row<[Uint8Array]>('SELECT trace_id FROM traces WHERE id = ?', trace)?.[0]
}

type Part = [id: number, start: number, finish: number, spans: number, errors: number, root: number | null]

export function summaryOf(segments: Segments, traceId: Uint8Array): TraceSummary | undefined {
  let start = Number.POSITIVE_INFINITY
  let finish = 0
  let spans = 0
  let errors = 0
  let processes = 0
  let named: Operation | undefined
  let rooted = false
  const services = new Set<string>()
  for (const { statements } of segments.all()) {
    const part = statements.row<Part>(
      'SELECT id, start, finish, spans, errors, root FROM traces WHERE trace_id = ?',
      traceId,
    )
    if (!part) continue
    const [id, begun, ended, count, failed, root] = part
    const rows = statements.rows<[string]>(
      'SELECT service FROM resources WHERE id IN (SELECT DISTINCT resource FROM spans WHERE trace = ?)',
      id,
    )
    for (const [service] of rows) services.add(service)
    processes += rows.length
    if (root !== null || (!rooted && begun < start)) {
      const operation =
        root ?? statements.row<[number]>('SELECT operation FROM spans WHERE trace = ? ORDER BY start LIMIT 1', id)?.[0]
      named =
        statements.row<Operation>('SELECT name, service, route FROM operations WHERE id = ?', operation ?? 0) ?? named
      rooted ||= root !== null
    }
    start = Math.min(start, begun)
    finish = Math.max(finish, ended)
    spans += count
    errors += failed
  }
  if (spans === 0) return undefined
  const extent = processes > 1 ? extentOnOneClock(segments, traceId, spans) : undefined
  const [name, service, route] = named ?? ['', '', '']
  return {
    traceId: hex(traceId),
    ...(extent ?? { start: start / 1000, duration: (finish - start) / 1000 }),
    name,
    service,
    route: route || null,
    spans,
    errors,
    services: [service, ...[...services].filter((other) => other !== service).sort()],
    spanId: null,
  }
}

type Operation = [name: string, service: string, route: string]
