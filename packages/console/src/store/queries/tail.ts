/**
 * The live tail: log lines that came since a line.
 */

import type { LogLine } from '../../contract/contract.ts'
import type { Search } from '../../query/search.ts'
import { logCondition } from '../search/log-search.ts'
import type { Cursor } from '../search/scan.ts'
import type { Statements } from '../segments/database.ts'
import type { Segments } from '../segments/segments.ts'
import { type LogRow, logLine } from './log-line.ts'
import { linesOf, matching, valuesOf } from './logs.ts'

/** Rows of a segment that a tail looks back over at most, after a long sleep of the page's machine. */
const MOST_BEHIND = 50_000

export interface Tail {
  search: Search
  after: Cursor
  upTo: Cursor
  limit: number
}

/** Oldest first; the last `limit` of them where there are more, and how many were skipped. */
export function tail(segments: Segments, { search, after, upTo, limit }: Tail): { logs: LogLine[]; skipped: number } {
  const found: LogLine[] = []
  let skipped = 0
  for (const { number, statements } of segments.all()) {
    if (number < after.segment || number > upTo.segment) continue
    const condition = logCondition(statements, search, { from: 0, to: Number.MAX_SAFE_INTEGER })
    if (condition.never) continue
    const last = number === upTo.segment ? upTo.row : newestRow(statements)
    const first = Math.max(number === after.segment ? after.row + 1 : 1, last - MOST_BEHIND)
    const values = valuesOf(condition, first, last)
    const left = limit - found.length
    const rows = statements.rows<LogRow>(linesOf(condition), ...values, left)
    for (const row of rows) found.push(logLine(number, row))
    if (rows.length < left) continue
    const [all = 0] =
      statements.row<[number]>(`SELECT count(*) FROM logs WHERE ${matching(condition)}`, ...values) ?? []
    skipped += all - rows.length
  }
  return { logs: found.reverse(), skipped }
}

/** The newest line there is. */
export function newestLine(segments: Segments): Cursor {
  const [segment] = segments.all()
  return segment ? { segment: segment.number, row: newestRow(segment.statements) } : { segment: 0, row: 0 }
}

function newestRow(statements: Statements): number {
  return statements.row<[number | null]>('SELECT max(id) FROM logs')?.[0] ?? 0
}
