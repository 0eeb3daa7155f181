/**
 * Attribute keys and values in the newest rows, for completing a search. A sample, not a count over everything.
 */

import type { FieldValue } from '../../api/contract.ts'
import type { Segments } from '../segments.ts'
import type { TimeRange } from './range.ts'

const sampled = 5000
const mostValues = 100

export function fields(
  segments: Segments,
  { from, to }: TimeRange,
  signal: 'spans' | 'logs',
  key?: string,
): FieldValue[] {
  const counts = new Map<string, number>()
  const time = signal === 'spans' ? 'start' : 'time'
  let left = sampled
  for (const { statements } of segments.all()) {
    if (left <= 0) break
    const rows = statements.rows<[string]>(
      `SELECT attributes FROM ${signal} WHERE id > (SELECT max(id) FROM ${signal}) - ? AND ${time} BETWEEN ? AND ?`,
      left,
      from * 1000,
      to * 1000,
    )
    left -= rows.length
    for (const [text] of rows) count(counts, JSON.parse(text), key)
  }
  return [...counts]
    .map(([value, times]) => ({ value, count: times }))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostValues)
}

function count(counts: Map<string, number>, attributes: Record<string, unknown>, key: string | undefined): void {
  const found = key === undefined ? Object.keys(attributes) : [attributes[key]]
  for (const value of found) {
    if (value === undefined || typeof value === 'object') continue
    const text = String(value)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
}
