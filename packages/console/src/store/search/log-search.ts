/**
 * A search over log lines as a condition on the rows of one segment. Words go to the full-text index, each by its beginning; a
 * quoted phrase stays one.
 */

import type { Search, Term } from '../../query/search.ts'
import type { Statements } from '../segments/database.ts'
import { attributeClause, type Field, isKnown } from './attribute-search.ts'
import { hashField } from './blocks.ts'
import { all, always, any, type Clause, clause, FIRST, LAST, not, oneOf } from './clause.ts'
import { Condition, type Span } from './condition.ts'
import { BadFilter, idOf, levelNumber, likePattern, logLevels, requireId } from './filter.ts'
import { phrase } from './words.ts'

/** Fields that are not attributes. */
export const logFields = ['service', 'scope', 'level', 'trace', 'span'] as const

export function logCondition(statements: Statements, search: Search, range: Span): Condition {
  return new Condition('time', range, logClause(statements, search))
}

/** A line is one record: conditions that spans may meet apart from each other, a line meets together. */
function logClause(statements: Statements, search: Search): Clause {
  if (search.kind === 'term') return termClause(statements, search)
  if (search.kind === 'not') return not(logClause(statements, search.of))
  const parts = search.of.map((part) => logClause(statements, part))
  return search.kind === 'any' ? any(parts) : all(parts)
}

function termClause(statements: Statements, term: Term): Clause {
  const { key, value } = term
  if (key === null) return textClause(value)
  const field: Field = { ...term, key }
  if (key === 'service') return named(statements, 'resource', 'SELECT id FROM resources WHERE service', field)
  if (key === 'scope') return named(statements, 'scope', 'SELECT id FROM scopes WHERE name', field)
  if (key === 'level') return levelClause(field)
  if (key === 'trace' || key === 'span') {
    const found = clause(`${key}_id = ?`, [requireId(key, value)])
    return field.comparison === '!=' ? not(found) : found
  }
  return isKnown(statements, 'logs', key) ? attributeClause(statements, 'logs', field) : textClause(term.text)
}

function levelClause({ value, comparison }: Field): Clause {
  const level = levelNumber(value)
  const hashes = logLevels.map((_, number) => hashField('level', number))
  if (comparison === '!=') return not(clause('level = ?', [level]))
  const [from, to] = {
    '=': [level, logLevels.length],
    '>=': [level, logLevels.length],
    '>': [level + 1, logLevels.length],
    '<': [0, level],
    '<=': [0, level + 1],
    '~': [level, level + 1],
    exists: [0, logLevels.length],
  }[comparison] as [number, number]
  return clause('level >= ? AND level < ?', [from, to], hashes.slice(from, to))
}

function named(statements: Statements, column: string, select: string, field: Field): Clause {
  const { comparison, value } = field
  if (comparison !== '=' && comparison !== '!=' && comparison !== '~' && comparison !== 'exists')
    throw new BadFilter(`${field.key} is text: write ${field.key}:${value}.`)
  const [test, wanted] = nameTest(field)
  const ids = statements.rows<[number]>(`${select} ${test}`, wanted).map(([id]) => id)
  return comparison === '!=' ? not(oneOf(column, ids)) : oneOf(column, ids)
}

function nameTest({ comparison, value, wildcard }: Field): [test: string, value: string] {
  if (comparison === 'exists') return ['<> ?', '']
  if (wildcard || comparison === '~') return ["LIKE ? ESCAPE '\\'", likePattern(value, comparison === '~')]
  return ['= ?', value]
}

const WORDS = 'id IN (SELECT rowid FROM log_words WHERE log_words MATCH ? AND rowid BETWEEN ? AND ?)'

function textClause(text: string): Clause {
  const traceId = idOf(text, 32)
  const words = phrase(text)
  if (words === '') return always
  const found = clause(WORDS, [words, FIRST, LAST])
  return traceId ? any([clause('trace_id = ?', [traceId]), found]) : found
}
