/**
 * Conditions on attributes: those of the row and of the process that sent it, and for log lines the fields of a structured body.
 */

import type { SQLInputValue } from 'node:sqlite'
import type { Term } from '../../query/search.ts'
import type { Statements } from '../segments/database.ts'
import { hashField } from './blocks.ts'
import { all, any, type Clause, clause, not, oneOf } from './clause.ts'
import { BadFilter, likePattern } from './filter.ts'

export type Field = Term & { key: string }

/** Whether any row or process of the segment has the key. */
export function isKnown(statements: Statements, signal: 'spans' | 'logs', key: string): boolean {
  const sql = "SELECT 1 FROM attribute_keys WHERE signal IN (?, 'resources') AND key = ? LIMIT 1"
  return statements.row<[number]>(sql, signal, key) !== undefined
}

export function attributeClause(statements: Statements, signal: 'spans' | 'logs', field: Field): Clause {
  if (field.key.includes('"')) throw new BadFilter(`Keys with a quotation mark cannot be searched: ${field.key}.`)
  if (field.comparison === '!=')
    return all([
      attributeClause(statements, signal, { ...field, comparison: 'exists', wildcard: false }),
      not(attributeClause(statements, signal, { ...field, comparison: '=' })),
    ])
  const test = testOf(field)
  const own = columnsOf(signal, field.key).map(([column, path]) => apply(test, column, path))
  const ids = statements
    .rows<[number]>(`SELECT id FROM resources WHERE ${test.sql('attributes')}`, ...test.values(pathOf(field.key)))
    .map(([id]) => id)
  const found = any([...own, oneOf('resource', ids)])
  // Every row has its process's fields in its block, too.
  const exact = field.comparison === '=' && !field.wildcard
  return { ...found, wanted: exact ? [[hashField(field.key, field.value)]] : [] }
}

/** A test of one value as SQL, for a column with a path into its JSON. */
interface Test {
  sql: (column: string) => string
  values: (path: string) => SQLInputValue[]
}

function apply({ sql, values }: Test, column: string, path: string): Clause {
  return clause(sql(column), values(path))
}

function testOf({ key, comparison, value, wildcard }: Field): Test {
  if (comparison === 'exists') return { sql: (column) => `${column} -> ? IS NOT NULL`, values: (path) => [path] }
  if (comparison === '~' || wildcard) {
    const pattern = likePattern(value, comparison === '~')
    return { sql: (column) => `${column} ->> ? LIKE ? ESCAPE '\\'`, values: (path) => [path, pattern] }
  }
  // As JSON, so that the text "200" and the number 200 are both found.
  if (comparison === '=')
    return { sql: (column) => `${column} -> ? IN (?, ?)`, values: (path) => [path, JSON.stringify(value), value] }
  const number = Number(value)
  if (Number.isNaN(number))
    throw new BadFilter(`${key}${comparison}${value} compares with a number; ${JSON.stringify(value)} is none.`)
  return {
    sql: (column) => `${column} ->> ? GLOB '[-+.0-9]*' AND CAST(${column} ->> ? AS REAL) ${comparison} ?`,
    values: (path) => [path, path, number],
  }
}

/** A key may be one name with dots, or lead into nested objects. */
function columnsOf(signal: 'spans' | 'logs', key: string): [column: string, path: string][] {
  const attributes: [string, string] = ['attributes', pathOf(key)]
  if (signal === 'spans') return [attributes]
  const nested = key.split('.').map((name) => `."${name}"`)
  const paths = new Set([pathOf(key), `$${nested.join('')}`])
  return [attributes, ...[...paths].map((path): [string, string] => ['structured', path])]
}

function pathOf(key: string): string {
  return `$."${key}"`
}
