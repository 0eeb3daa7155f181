/**
 * A condition on the rows of a segment: SQL with its values, and what a block must contain to be worth reading. Conditions are
 * combined as the search says, and what a block must contain with them.
 */

import type { SQLInputValue } from 'node:sqlite'

/** Stand in the values for the first and the last row of the run that is read. */
export const FIRST = Symbol('the first row of the run')
export const LAST = Symbol('the last row of the run')

export type Value = SQLInputValue | typeof FIRST | typeof LAST

export interface Clause {
  sql: string
  values: Value[]
  /** Hashes of fields: of each of these lists, a row that matches has at least one. */
  wanted: number[][]
  /** Nanoseconds; every row that matches takes at least as long. */
  minDuration: number
}

const NEVER = '0'
export const always: Clause = { sql: '1', values: [], wanted: [], minDuration: 0 }
export const never: Clause = { ...always, sql: NEVER }

export function clause(sql: string, values: Value[] = [], ...wanted: number[][]): Clause {
  return { sql, values, wanted, minDuration: 0 }
}

export function isNever({ sql }: Clause): boolean {
  return sql === NEVER
}

export function all(of: Clause[]): Clause {
  const [only, ...others] = of
  if (of.some(isNever)) return never
  if (!only) return always
  if (others.length === 0) return only
  return {
    sql: of.map(({ sql }) => `(${sql})`).join(' AND '),
    values: of.flatMap(({ values }) => values),
    wanted: of.flatMap(({ wanted }) => wanted),
    minDuration: Math.max(...of.map(({ minDuration }) => minDuration)),
  }
}

export function any(of: Clause[]): Clause {
  const possible = of.filter((each) => !isNever(each))
  const [only, ...others] = possible
  if (!only) return never
  if (others.length === 0) return only
  // One list of each alternative makes a list that every row has something of.
  const lists = possible.map(({ wanted: [first] }) => first)
  const wanted = lists.every((list) => list !== undefined) ? [lists.flat()] : []
  return {
    sql: possible.map(({ sql }) => `(${sql})`).join(' OR '),
    values: possible.flatMap(({ values }) => values),
    wanted,
    minDuration: Math.min(...possible.map(({ minDuration }) => minDuration)),
  }
}

export function not({ sql, values }: Clause): Clause {
  if (sql === NEVER) return always
  return clause(sql === always.sql ? NEVER : `(${sql}) IS NOT TRUE`, values)
}

/** One of these numbers must stand in the column. */
export function oneOf(column: string, ids: number[], ...wanted: number[][]): Clause {
  return ids.length === 0 ? never : clause(`${column} IN (${ids.join(', ')})`, [], ...wanted)
}
