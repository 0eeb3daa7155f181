/**
 * What a search may be completed with: attribute keys and values, and names of spans, as a sample of the newest rows; services
 * and routes counted over everything.
 */

import type { FieldValue } from '../../contract/contract.ts'
import type { Segments } from '../segments/segments.ts'
import { sparklineSteps, type TimeRange } from './range.ts'
import { rolledUp } from './rolled-up.ts'

const SAMPLED = 5000
const MOST_VALUES = 100

export function fields(segments: Segments, range: TimeRange, signal: 'spans' | 'logs', key?: string): FieldValue[] {
  const counts = new Map<string, number>()
  if (key === 'service') countRolledUp(counts, segments, range, signal === 'spans' ? 'service' : 'logs')
  else if (key === 'route' && signal === 'spans') countRolledUp(counts, segments, range, 'route')
  else if (key === 'name' && signal === 'spans') countNames(counts, segments, range)
  else countAttributes(counts, segments, range, signal, key)
  return [...counts]
    .map(([value, times]) => ({ value, count: times }))
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_VALUES)
}

type Counts = Map<string, number>

function countRolledUp(counts: Counts, segments: Segments, range: TimeRange, kind: 'service' | 'route' | 'logs'): void {
  for (const [service, route, , , times] of rolledUp(segments, { kind }, range, sparklineSteps(range)))
    count(counts, kind === 'route' ? route : service, times)
}

function countNames(counts: Counts, segments: Segments, { from, to }: TimeRange): void {
  const [newest] = segments.all()
  const rows = newest?.statements.rows<[string, number]>(
    `SELECT o.name, count(*) FROM spans s JOIN operations o ON o.id = s.operation
     WHERE s.id > (SELECT max(id) FROM spans) - ? AND s.start BETWEEN ? AND ? GROUP BY 1`,
    SAMPLED,
    from * 1000,
    to * 1000,
  )
  for (const [name, times] of rows ?? []) count(counts, name, times)
}

function countAttributes(
  counts: Counts,
  segments: Segments,
  { from, to }: TimeRange,
  signal: 'spans' | 'logs',
  key: string | undefined,
): void {
  const time = signal === 'spans' ? 'start' : 'time'
  let left = SAMPLED
  for (const { statements } of segments.all()) {
    if (left <= 0) break
    const rows = statements.rows<[string]>(
      `SELECT attributes FROM ${signal} WHERE id > (SELECT max(id) FROM ${signal}) - ? AND ${time} BETWEEN ? AND ?`,
      left,
      from * 1000,
      to * 1000,
    )
    left -= rows.length
    for (const [text] of rows) {
      const attributes: Record<string, unknown> = JSON.parse(text)
      const found = key === undefined ? Object.keys(attributes) : [attributes[key]]
      for (const value of found) if (value !== undefined && typeof value !== 'object') count(counts, String(value), 1)
    }
  }
}

function count(counts: Counts, value: string, times: number): void {
  counts.set(value, (counts.get(value) ?? 0) + times)
}
