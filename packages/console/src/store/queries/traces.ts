/**
 * The list of traces: the newest that match a search, each summed up over every segment that holds a part of it.
 */

import type { Queries, TraceSummary } from '../../contract/contract.ts'
import { isEmpty, type Search } from '../../query/search.ts'
import { hintOf } from '../search/hint.ts'
import { cursorOf, cursorText, type Progress, scan } from '../search/scan.ts'
import { spanClause, spanCondition } from '../search/span-search.ts'
import type { Segment, Segments } from '../segments/segments.ts'
import { hex } from './hex.ts'
import type { TimeRange } from './range.ts'
import { type Rank, rankedTraces } from './ranked-traces.ts'
import { summaryOf } from './summary.ts'

export interface TraceQuery extends TimeRange {
  search: Search
  limit: number
  before?: string | undefined
  /** Largest first instead of newest first. */
  rank?: Rank | undefined
}

type Answer = Queries['/api/traces']['answer']

export async function traces(segments: Segments, query: TraceQuery): Promise<Answer> {
  const hint = hintOf(segments, 'spans', query.search)
  const { search, rank } = query
  if (rank)
    return { ...(await rankedTraces(segments, { ...query, search: firstGroup(search), rank })), hint, across: false }
  if (search.kind === 'across')
    return { ...(await find(segments, query, search.of.map(unwrapped))), hint, across: true }
  const found = await find(segments, query, [search])
  const apart = search.kind === 'all' && search.of.length > 1 ? search.of : []
  if (found.traces.length > 0 || !found.complete || apart.length === 0) return { ...found, hint, across: false }
  const across = await find(segments, query, apart)
  return { ...across, hint, across: across.traces.length > 0 }
}

/** A rank is of traces that have one span which matches. */
function firstGroup(search: Search): Search {
  return search.kind === 'across' ? (search.of[0] ?? search) : search
}

function unwrapped(search: Search): Search {
  return search.kind === 'all' && search.of.length === 1 ? (search.of[0] ?? search) : search
}

/** A matching span: its row, its trace within the segment and its id. */
type Hit = [row: number, trace: number, spanId: Uint8Array]

/** Traces that have a span for each of the groups. */
async function find(segments: Segments, query: TraceQuery, groups: Search[]): Promise<Omit<Answer, 'hint' | 'across'>> {
  const { from, to, limit } = query
  // The traces of one group are looked at, so it has to be one that says what is there, not what is not.
  const driver = groups.find((group) => group.kind !== 'not') ?? groups[0] ?? { kind: 'all', of: [] }
  const others = groups.filter((group) => group !== driver)
  const found = new Map<string, TraceSummary>()
  const rejected = new Set<string>()
  const meetsOthers = (traceId: Uint8Array): boolean => {
    if (others.length === 0) return true
    if (rejected.has(hex(traceId))) return false
    const meets = others.every((group) => hasSpan(segments, traceId, group))
    if (!meets) rejected.add(hex(traceId))
    return meets
  }
  const progress = await scan({
    segments,
    signal: 'spans',
    before: cursorOf(query.before),
    condition: ({ statements }) => spanCondition(statements, driver, { from: from * 1000, to: to * 1000 }),
    visit: (segment, [first, last], condition) => {
      const seen = new Set<number>()
      const rows = segment.statements.each<Hit>(
        `SELECT id, trace, span_id FROM spans WHERE id BETWEEN ? AND ?${condition.sql} ORDER BY id DESC`,
        first,
        last,
        ...condition.values(first, last),
      )
      for (const [row, trace, spanId] of rows) {
        if (seen.has(trace)) continue
        seen.add(trace)
        const traceId = traceIdOf(segment, trace)
        if (!traceId || found.has(hex(traceId)) || !meetsOthers(traceId)) continue
        if (found.size === limit) return row + 1
        const summary = summaryOf(segments, traceId)
        if (summary) found.set(summary.traceId, { ...summary, spanId: isEmpty(driver) ? null : hex(spanId) })
      }
      return undefined
    },
  })
  return { traces: [...found.values()].sort((a, b) => b.start - a.start), ...backOf(progress, from) }
}

function backOf({ complete, next, reached }: Progress, from: number) {
  return { next: cursorText(next), complete, reached: Math.max(from, reached / 1000) }
}

/** Whether a span of the trace matches, in any segment; of what is negated, that none does. */
function hasSpan(segments: Segments, traceId: Uint8Array, group: Search): boolean {
  if (group.kind === 'not') return !hasSpan(segments, traceId, group.of)
  return segments.all().some(({ statements }) => {
    const { sql, values } = spanClause(statements, group)
    // Only the words of log lines are bound to the rows of a run.
    const given = values.filter((value) => typeof value !== 'symbol')
    const query = `SELECT 1 FROM spans WHERE trace = (SELECT id FROM traces WHERE trace_id = ?) AND (${sql}) LIMIT 1`
    return statements.row<[number]>(query, traceId, ...given) !== undefined
  })
}

function traceIdOf({ statements }: Segment, trace: number): Uint8Array | undefined {
  return statements.row<[Uint8Array]>('SELECT trace_id FROM traces WHERE id = ?', trace)?.[0]
}
