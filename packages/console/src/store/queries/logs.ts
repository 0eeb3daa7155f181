/**
 * Log lines that match a search: a page back in time, and how many there were when.
 */

import type { Level, LogLine, LogVolume, Queries } from '../../contract/contract.ts'
import { isEmpty, type Search } from '../../query/search.ts'
import type { Condition } from '../search/condition.ts'
import { logLevels } from '../search/filter.ts'
import { hintOf } from '../search/hint.ts'
import { logCondition } from '../search/log-search.ts'
import { type Progress, scan } from '../search/scan.ts'
import type { Segment, Segments } from '../segments/segments.ts'
import { LOG_COLUMNS, type LogRow, logLine } from './log-line.ts'
import { newestLines, placeOf, placeText } from './newest-lines.ts'
import { type Steps, stepsOf, type TimeRange } from './range.ts'
import { rolledUp } from './rolled-up.ts'

export interface LogQuery extends TimeRange {
  search: Search
  limit: number
  before?: string | undefined
}

export async function logs(segments: Segments, query: LogQuery): Promise<Queries['/api/logs']['answer']> {
  const { search, limit, from, to } = query
  const { lines, next, complete, reached } = await newestLines({
    segments,
    limit,
    before: placeOf(query.before),
    condition: ({ statements }) => logCondition(statements, search, { from: from * 1000, to: to * 1000 }),
    read: ({ statements, number }, condition, [first, last], before, most) =>
      statements.rows<[number, number]>(
        `SELECT id, time FROM logs WHERE ${matching(condition)} AND (time, ?, id) < (?, ?, ?)
         ORDER BY time DESC, id DESC LIMIT ?`,
        ...valuesOf(condition, first, last),
        number,
        ...(before ? [before.time, before.segment, before.row] : [Number.MAX_SAFE_INTEGER, 0, 0]),
        most,
      ),
  })
  const found = lines.flatMap(({ segment: number, row }) => {
    const stored = segments.find(number)?.statements.row<LogRow>(`SELECT ${LOG_COLUMNS} WHERE l.id = ?`, row)
    return stored ? [logLine(number, stored)] : []
  })
  const hint = hintOf(segments, 'logs', search)
  return { logs: found, next: placeText(next), complete, reached: Math.max(from, reached / 1000), hint }
}

/** One line by the id that `logLine` gave it. */
export function lineOf(segments: Segments, id: string): LogLine | undefined {
  const [segment, row] = id.split('.').map(Number)
  const stored = segments.find(segment ?? 0)?.statements.row<LogRow>(`SELECT ${LOG_COLUMNS} WHERE l.id = ?`, row ?? 0)
  return stored ? logLine(segment ?? 0, stored) : undefined
}

/** Without a search, or for one service, from the roll-ups; else by counting the lines that match. */
export async function volume(
  segments: Segments,
  range: TimeRange,
  search: Search,
  wantedStep?: number,
): Promise<LogVolume> {
  const steps = stepsOf(range, wantedStep)
  const points = Array.from({ length: steps.count }, (_, index) => ({
    time: steps.start + index * steps.step,
    ...none,
  }))
  const add = (index: number, level: number, count: number) => {
    const point = points[index]
    if (point) point[logLevels[level] ?? 'info'] += count
  }
  const owner = serviceOf(search)
  if (isEmpty(search) || owner !== undefined) {
    const which = { kind: 'logs', owner } as const
    for (const [, , index, level, count] of rolledUp(segments, which, range, steps)) add(index, level, count)
    return { step: steps.step, points, complete: true, reached: range.from }
  }
  const { complete, reached } = await count(segments, range, search, steps, add)
  return { step: steps.step, points, complete, reached: Math.max(range.from, reached / 1000) }
}

const none: Record<Level, number> = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 }

function count(
  segments: Segments,
  range: TimeRange,
  search: Search,
  { start, step }: Steps,
  add: (index: number, level: number, count: number) => void,
): Promise<Progress> {
  return scanLogs(segments, { ...range, search }, (segment, condition, first, last) => {
    const rows = segment.statements.rows<[number, number, number]>(
      `SELECT CAST((time / 1000 - ?) / ? AS INTEGER), level, count(*) FROM logs
       WHERE ${matching(condition)} GROUP BY 1, 2`,
      start,
      step,
      ...valuesOf(condition, first, last),
    )
    for (const row of rows) add(...row)
    return undefined
  })
}

type Visit = (segment: Segment, condition: Condition, first: number, last: number) => number | undefined

function scanLogs(
  segments: Segments,
  { search, from, to }: TimeRange & { search: Search },
  visit: Visit,
): Promise<Progress> {
  return scan({
    segments,
    signal: 'logs',
    before: null,
    condition: ({ statements }) => logCondition(statements, search, { from: from * 1000, to: to * 1000 }),
    visit: (segment, [first, last], condition) => visit(segment, condition, first, last),
  })
}

/** The service of a search that asks for nothing else. */
function serviceOf(search: Search): string | undefined {
  const [only, ...others] = search.kind === 'all' ? search.of : [search]
  if (only?.kind !== 'term' || others.length > 0 || only.wildcard) return undefined
  return only.key === 'service' && only.comparison === '=' ? only.value : undefined
}

export function linesOf(condition: Condition): string {
  const rows = `SELECT id FROM logs WHERE ${matching(condition)} ORDER BY id DESC LIMIT ?`
  return `SELECT ${LOG_COLUMNS} WHERE l.id IN (${rows}) ORDER BY l.id DESC`
}

/** The rows of a run that match; its values are those of `valuesOf`. */
export function matching(condition: Condition): string {
  return `id BETWEEN ? AND ?${condition.sql}`
}

export function valuesOf(condition: Condition, first: number, last: number) {
  return [first, last, ...condition.values(first, last)]
}
