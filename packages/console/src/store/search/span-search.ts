/**
 * A search over spans as a condition on the rows of one segment. What names a span (service, route, name, kind) is looked up
 * among the segment's few operations first, so that the spans themselves are matched by numbers.
 */

import type { Statements } from '../segments/database.ts'
import { hashField, hashId } from './blocks.ts'
import { Condition, type Span } from './condition.ts'
import { BadFilter, idOf, kindNumber, parseDuration, statusNumber, type Term } from './filter.ts'

/** More operations than this are not worth testing each block for. */
const MOST_OPERATIONS = 200

export function spanCondition(statements: Statements, terms: Term[], range: Span): Condition {
  const condition = new Condition(range)
  condition.add('start BETWEEN ? AND ?', [range.from, range.to])
  const operations: { sql: string; value: string | number }[] = []
  for (const term of terms) {
    const named = operationClause(term)
    if (named) operations.push(named)
    else addTerm(condition, statements, term)
  }
  if (operations.length > 0) {
    const where = operations.map(({ sql }) => sql).join(' AND ')
    const values = operations.map(({ value }) => value)
    const ids = statements.rows<[number]>(`SELECT id FROM operations WHERE ${where}`, ...values).map(([id]) => id)
    condition.addIds('operation', ids)
    if (ids.length <= MOST_OPERATIONS) condition.want(...ids.map((id) => hashField('operation', id)))
  }
  return condition
}

function operationClause({ key, value, negated }: Term): { sql: string; value: string | number } | undefined {
  const not = negated ? 'NOT ' : ''
  if (key === null && idOf(value, 32) === undefined)
    return { sql: `${not}instr(lower(name), ?) > 0`, value: value.toLowerCase() }
  if (key === 'service' || key === 'route' || key === 'name') return { sql: `${not}${key} = ?`, value }
  return key === 'kind' ? { sql: `${not}kind = ?`, value: kindNumber(value) } : undefined
}

function addTerm(condition: Condition, statements: Statements, term: Term): void {
  const { key, value, comparison, negated } = term
  if (key === null || key === 'trace') {
    const id = idOf(value, 32)
    if (!id) throw new BadFilter(`${JSON.stringify(value)} is not a trace id: it has 32 hex digits.`)
    condition.addIds('trace', idsOf(statements, id), negated)
  } else if (key === 'span') {
    const id = idOf(value, 16)
    if (!id) throw new BadFilter(`${JSON.stringify(value)} is not a span id: it has 16 hex digits.`)
    condition.add('span_id = ?', [id], negated)
    if (!negated) condition.want(hashId(id))
  } else if (key === 'status') {
    const status = statusNumber(value)
    condition.add('status = ?', [status], negated)
    if (!negated) condition.want(hashField('status', status))
  } else if (key === 'duration') {
    const duration = parseDuration(value)
    condition.add(`duration ${comparison} ?`, [duration], negated)
    if (!negated && comparison.startsWith('>'))
      condition.wanted.minDuration = Math.max(condition.wanted.minDuration, duration)
  } else condition.addAttribute(statements, { ...term, key })
}

function idsOf(statements: Statements, traceId: Uint8Array): number[] {
  return statements.rows<[number]>('SELECT id FROM traces WHERE trace_id = ?', traceId).map(([id]) => id)
}
