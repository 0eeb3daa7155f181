/**
 * Log lines that match a search: a page back in time, and how many there were when.
 */

import type { Back, Level, LogLine, LogVolume } from '../../contract/contract.ts'
import type { Condition } from '../search/condition.ts'
import { logLevels, type Term } from '../search/filter.ts'
import { logCondition, wordsOf } from '../search/log-search.ts'
import { type Progress, scan } from '../search/scan.ts'
import type { Segment, Segments } from '../segments/segments.ts'
import { LOG_COLUMNS, type LogRow, logLine } from './log-line.ts'
import { newestLines, placeOf, placeText } from './newest-lines.ts'
import { type Steps, stepsOf, type TimeRange } from './range.ts'
import { rolledUp } from './rolled-up.ts'

export interface LogQuery extends TimeRange {
  terms: Term[]
  limit: number
  before?: string | undefined
}

export async function logs(segments: Segments, query: LogQuery): Promise<{ logs: LogLine[] } & Back> {
  const { terms, limit, from, to } = query
  const { lines, next, complete, reached } = await newestLines({
    segments,
    limit,
    before: placeOf(query.before),
    condition: ({ statements }) => logCondition(statements, terms, { from: from * 1000, to: to * 1000 }),
    read: ({ statements, number }, condition, [first, last], before, most) =>
      statements.rows<[number, number]>(
        `SELECT id, time FROM logs WHERE ${matching(terms, condition)} AND (time, ?, id) < (?, ?, ?)
         ORDER BY time DESC, id DESC LIMIT ?`,
        ...valuesOf(terms, condition, first, last),
        number,
        ...(before ? [before.time, before.segment, before.row] : [Number.MAX_SAFE_INTEGER, 0, 0]),
        most,
      ),
  })
  const found = lines.flatMap(({ segment: number, row }) => {
    const stored = segments.find(number)?.statements.row<LogRow>(`SELECT ${LOG_COLUMNS} WHERE l.id = ?`, row)
    return stored ? [logLine(number, stored)] : []
  })
  return { logs: found, next: placeText(next), complete, reached: Math.max(from, reached / 1000) }
}

/** Without a search, or for one service, from the roll-ups; else by counting the lines that match. */
export async function volume(
  segments: Segments,
  range: TimeRange,
  terms: Term[],
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
  const [only, ...others] = terms
  if (!only || (only.key === 'service' && !only.negated && others.length === 0)) {
    const which = { kind: 'logs', owner: only?.value } as const
    for (const [, , index, level, count] of rolledUp(segments, which, range, steps)) add(index, level, count)
    return { step: steps.step, points, complete: true, reached: range.from }
  }
  const { complete, reached } = await count(segments, range, terms, steps, add)
  return { step: steps.step, points, complete, reached: Math.max(range.from, reached / 1000) }
}

const none: Record<Level, number> = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 }

function count(
  segments: Segments,
  range: TimeRange,
  terms: Term[],
  { start, step }: Steps,
  add: (index: number, level: number, count: number) => void,
): Promise<Progress> {
  return scanLogs(segments, { ...range, terms }, (segment, condition, first, last) => {
    const rows = segment.statements.rows<[number, number, number]>(
      `SELECT CAST((time / 1000 - ?) / ? AS INTEGER), level, count(*) FROM logs
       WHERE ${matching(terms, condition)} GROUP BY 1, 2`,
      start,
      step,
      ...valuesOf(terms, condition, first, last),
    )
    for (const row of rows) add(...row)
    return undefined
  })
}

type Visit = (segment: Segment, condition: Condition, first: number, last: number) => number | undefined

function scanLogs(
  segments: Segments,
  { terms, from, to }: TimeRange & { terms: Term[] },
  visit: Visit,
): Promise<Progress> {
  return scan({
    segments,
    signal: 'logs',
    before: null,
    condition: ({ statements }) => logCondition(statements, terms, { from: from * 1000, to: to * 1000 }),
    visit: (segment, [first, last], condition) => visit(segment, condition, first, last),
  })
}

export function linesOf(terms: Term[], condition: Condition): string {
  const rows = `SELECT id FROM logs WHERE ${matching(terms, condition)} ORDER BY id DESC LIMIT ?`
  return `SELECT ${LOG_COLUMNS} WHERE l.id IN (${rows}) ORDER BY l.id DESC`
}

/** The rows of a run that match; its values are those of `valuesOf`. */
export function matching(terms: Term[], condition: Condition): string {
  const { words, without } = wordsOf(terms)
  const index = 'SELECT rowid FROM log_words WHERE log_words MATCH ? AND rowid BETWEEN ? AND ?'
  const texts = [words ? ` AND id IN (${index})` : '', without ? ` AND id NOT IN (${index})` : ''].join('')
  return `id BETWEEN ? AND ?${texts}${condition.sql}`
}

export function valuesOf(terms: Term[], condition: Condition, first: number, last: number) {
  const { words, without } = wordsOf(terms)
  return [first, last, ...[words, without].filter(Boolean).flatMap((text) => [text, first, last]), ...condition.values]
}
