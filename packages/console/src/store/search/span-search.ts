/**
 * A search over spans as a condition on the rows of one segment. What names a span (service, route, name, kind) is looked up
 * among the segment's few operations first, so that the spans themselves are matched by numbers.
 */

import type { SQLInputValue } from 'node:sqlite'
import type { Search, Term } from '../../query/search.ts'
import type { Statements } from '../segments/database.ts'
import { attributeClause, type Field, isKnown } from './attribute-search.ts'
import { hashField, hashId } from './blocks.ts'
import { all, any, type Clause, clause, never, not, oneOf } from './clause.ts'
import { Condition, type Span } from './condition.ts'
import { BadFilter, idOf, kindNumber, likePattern, parseDuration, requireId, statusNumber } from './filter.ts'

/** More operations than this are not worth testing each block for. */
const MOST_OPERATIONS = 200

/** Fields that are not attributes. */
export const spanFields = ['service', 'route', 'name', 'scope', 'kind', 'status', 'duration', 'trace', 'span'] as const

export function spanCondition(statements: Statements, search: Search, range: Span): Condition {
  return new Condition('start', range, spanClause(statements, search))
}

export function spanClause(statements: Statements, search: Search): Clause {
  if (search.kind === 'term') return termClause(statements, search)
  if (search.kind === 'not') return not(spanClause(statements, search.of))
  const parts = search.of.map((part) => spanClause(statements, part))
  return search.kind === 'any' ? any(parts) : all(parts)
}

function termClause(statements: Statements, term: Term): Clause {
  const { key } = term
  if (key === null) return textClause(statements, term.value)
  const field: Field = { ...term, key }
  if (key === 'service' || key === 'route' || key === 'name') return named(statements, key, field)
  const own = fields[key]
  if (own) return own(statements, field)
  return isKnown(statements, 'spans', key)
    ? attributeClause(statements, 'spans', field)
    : textClause(statements, term.text)
}

const fields: Record<string, (statements: Statements, field: Field) => Clause> = {
  kind: (statements, field) => operations(statements, 'kind = ?', kindNumber(field.value), isDifferent(field)),
  scope: (statements, field) => {
    const { sql, value } = textTest('name', field)
    return negatedIf(field, oneOf('scope', idsOf(statements, `SELECT id FROM scopes WHERE ${sql}`, value)))
  },
  status: (_, field) => {
    const status = statusNumber(field.value)
    return negatedIf(field, clause('status = ?', [status], [hashField('status', status)]))
  },
  duration: (_, { comparison, value }) => {
    if (comparison === '~' || comparison === 'exists') throw new BadFilter('A duration is compared: duration:>250ms.')
    const duration = parseDuration(value)
    const minDuration = comparison === '>' || comparison === '>=' || comparison === '=' ? duration : 0
    return { ...clause(`duration ${comparison} ?`, [duration]), minDuration }
  },
  trace: (statements, field) => negatedIf(field, traceClause(statements, requireId('trace', field.value))),
  span: (_, field) => {
    const id = requireId('span', field.value)
    return negatedIf(field, clause('span_id = ?', [id], [hashId(id)]))
  },
}

function isDifferent({ comparison }: Field): boolean {
  return comparison === '!='
}

function negatedIf(field: Field, found: Clause): Clause {
  return isDifferent(field) ? not(found) : found
}

function named(statements: Statements, column: 'service' | 'route' | 'name', field: Field): Clause {
  const { sql, value } = textTest(column, field)
  return operations(statements, sql, value, isDifferent(field))
}

function textTest(column: string, { comparison, value, wildcard }: Field): { sql: string; value: string } {
  if (comparison === 'exists') return { sql: `${column} <> ?`, value: '' }
  if (comparison === '~') return { sql: `${column} LIKE ? ESCAPE '\\'`, value: likePattern(value, true) }
  if (comparison !== '=' && comparison !== '!=') throw new BadFilter(`${column} is text: write ${column}:${value}.`)
  return wildcard
    ? { sql: `${column} LIKE ? ESCAPE '\\'`, value: likePattern(value, false) }
    : { sql: `${column} = ?`, value }
}

function operations(statements: Statements, test: string, value: SQLInputValue, different = false): Clause {
  const ids = idsOf(statements, `SELECT id FROM operations WHERE ${different ? `NOT (${test})` : test}`, value)
  return oneOf(
    'operation',
    ids,
    ...(ids.length <= MOST_OPERATIONS ? [ids.map((id) => hashField('operation', id))] : []),
  )
}

/** A part of what the span is called; an id; or an address or path that it has in an attribute. */
function textClause(statements: Statements, text: string): Clause {
  const traceId = idOf(text, 32)
  if (traceId) return traceClause(statements, traceId)
  const words = text.toLowerCase()
  const found = [operations(statements, 'instr(lower(name), ?1) > 0 OR instr(lower(route), ?1) > 0', words)]
  const spanId = idOf(text, 16)
  if (spanId) found.push(clause('span_id = ?', [spanId], [hashId(spanId)]))
  for (const [key, value] of placesOf(text)) {
    if (!isKnown(statements, 'spans', key)) continue
    found.push(attributeClause(statements, 'spans', { ...asField, key, value }))
  }
  const [, host = '', port = ''] = HOST_AND_PORT.exec(text) ?? []
  if (port !== '') found.push(...addressClauses(statements, host, port))
  return any(found)
}

const asField = { kind: 'term', comparison: '=', wildcard: false, text: '', from: 0, to: 0 } as const
const HOST_AND_PORT = /^([\w.-]+|\[[0-9a-f:]+\]):(\d{1,5})$/i

function placesOf(text: string): [key: string, value: string][] {
  const keys = text.includes('://') ? URLS : PATHS
  return text.includes('://') || text.startsWith('/') ? keys.map((key) => [key, text]) : []
}

const URLS = ['url.full', 'http.url']
const PATHS = ['url.path', 'http.target', 'http.route']

function addressClauses(statements: Statements, host: string, port: string): Clause[] {
  const pairs = [
    ['server.address', 'server.port'],
    ['network.peer.address', 'network.peer.port'],
    ['net.peer.name', 'net.peer.port'],
  ] as const
  return pairs.map(([address, number]) => {
    if (!isKnown(statements, 'spans', address) || !isKnown(statements, 'spans', number)) return never
    return all([
      attributeClause(statements, 'spans', { ...asField, key: address, value: host }),
      attributeClause(statements, 'spans', { ...asField, key: number, value: port }),
    ])
  })
}

function traceClause(statements: Statements, traceId: Uint8Array): Clause {
  return oneOf('trace', idsOf(statements, 'SELECT id FROM traces WHERE trace_id = ?', traceId))
}

function idsOf(statements: Statements, sql: string, value: SQLInputValue): number[] {
  return statements.rows<[number]>(sql, value).map(([id]) => id)
}
