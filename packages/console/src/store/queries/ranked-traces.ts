/**
 * The slowest, largest or most failed traces of the whole range, not only of those that a list has loaded.
 */

import type { Queries, TraceSummary } from '../../contract/contract.ts'
import { isEmpty, type Search } from '../../query/search.ts'
import { scan } from '../search/scan.ts'
import { spanCondition } from '../search/span-search.ts'
import type { Segment, Segments } from '../segments/segments.ts'
import { hex } from './hex.ts'
import type { TimeRange } from './range.ts'
import { summaryOf } from './summary.ts'

export type Rank = 'duration' | 'spans' | 'errors'

export interface RankedQuery extends TimeRange {
  search: Search
  rank: Rank
  limit: number
}

type Answer = Omit<Queries['/api/traces']['answer'], 'hint' | 'across'>

const columns: Record<Rank, string> = { duration: 'finish - start', spans: 'spans', errors: 'errors' }

export async function rankedTraces(segments: Segments, query: RankedQuery): Promise<Answer> {
  const { search, rank, limit, from } = query
  const sizes = new Map<string, number>()
  const progress = isEmpty(search) ? wholeSegments(segments, query, sizes) : await matching(segments, query, sizes)
  // A trace whose parts are in several segments may be larger than each of them: twice as many are looked at.
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, limit * 2)
  const traces = largest.flatMap(([id]) => summaryOf(segments, Buffer.from(id, 'hex')) ?? [])
  const size = (trace: TraceSummary) => trace[rank]
  return {
    traces: traces.sort((a, b) => size(b) - size(a) || b.start - a.start).slice(0, limit),
    next: null,
    complete: progress.complete,
    reached: Math.max(from, progress.reached / 1000),
  }
}

type Sizes = Map<string, number>

function add(sizes: Sizes, traceId: Uint8Array, size: number): void {
  const id = hex(traceId)
  sizes.set(id, Math.max(sizes.get(id) ?? 0, size))
}

/** Without a search each segment's own largest ones are enough. */
function wholeSegments(segments: Segments, { from, to, rank, limit }: RankedQuery, sizes: Sizes) {
  for (const { statements } of segments.all()) {
    const rows = statements.rows<[Uint8Array, number]>(
      `SELECT trace_id, ${columns[rank]} AS size FROM traces WHERE start BETWEEN ? AND ? ORDER BY size DESC LIMIT ?`,
      from * 1000,
      to * 1000,
      limit * 2,
    )
    for (const [traceId, size] of rows) add(sizes, traceId, size)
  }
  return { complete: true, reached: 0 }
}

function matching(segments: Segments, { search, from, to, rank }: RankedQuery, sizes: Sizes) {
  const size = columns[rank]
  return scan({
    segments,
    signal: 'spans',
    before: null,
    condition: ({ statements }) => spanCondition(statements, search, { from: from * 1000, to: to * 1000 }),
    visit: ({ statements }: Segment, [first, last], condition) => {
      const rows = statements.each<[Uint8Array, number]>(
        `SELECT trace_id, ${size} FROM traces WHERE id IN (SELECT trace FROM spans WHERE id BETWEEN ? AND ?${condition.sql})`,
        first,
        last,
        ...condition.values(first, last),
      )
      for (const [traceId, each] of rows) add(sizes, traceId, each)
      return undefined
    },
  })
}
