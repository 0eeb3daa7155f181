/**
 * What an SQL text does, in few words: `SELECT products`, `INSERT orders SELECT carts`. Bounded by the statements that a
 * program has, so it can be a span's name and a label's value.
 */
import type { Token } from './token.ts'

export interface Summary {
  /** `SELECT`; of a statement with `WITH`, that of its main part. */
  operation: string | undefined
  /** The table, where the statement touches exactly one. */
  collection: string | undefined
  /** Operations and tables in the order of the text. */
  summary: string | undefined
}

const MAX_SUMMARY = 255

const QUERIES = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE'])
const CALLS = new Set(['CALL', 'EXEC', 'EXECUTE'])
const DEFINITIONS = new Set(['CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'COPY'])
const DEFINED = new Set(['TABLE', 'INDEX', 'VIEW', 'SCHEMA', 'SEQUENCE', 'FUNCTION', 'TYPE', 'EXTENSION', 'TRIGGER'])
/** Words before which `UPDATE`, `DELETE` or `INSERT` is no statement: `FOR UPDATE`, `DO UPDATE`, `ON DELETE`, `WHEN .. THEN UPDATE`. */
const NO_STATEMENT_AFTER = new Set(['FOR', 'DO', 'ON', 'KEY', 'OR', 'THEN', 'BEFORE', 'AFTER'])
/** A name in any of the quotes that databases have. */
const QUOTES = /^(?:u&)?["`[]|["`\]]$/gi
const BEFORE_TABLE = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'USING'])
/** Words that may come between such a word and the table. */
const SKIPPED = new Set(['ONLY', 'IF', 'NOT', 'EXISTS', 'CONCURRENTLY', 'LATERAL', 'TABLE'])
const AFTER_TABLES = new Set([
  'WHERE',
  'SET',
  'VALUES',
  'ON',
  'GROUP',
  'ORDER',
  'LIMIT',
  'RETURNING',
  'HAVING',
  'SELECT',
])

interface Level {
  /** Whether a query has begun at this depth, so that its FROM is one (`extract(epoch FROM t)` is none). */
  query: boolean
  /** Whether a comma leads to one more table. */
  listing: boolean
}

export function summarize(tokens: Token[]): Summary {
  const reader = new SummaryReader(tokens)
  return reader.read()
}

class SummaryReader {
  readonly #tokens: Token[]
  readonly #words: string[] = []
  readonly #tables: string[] = []
  readonly #aliases = new Set<string>()
  readonly #levels: Level[] = [{ query: false, listing: false }]
  #operation: string | undefined

  constructor(tokens: Token[]) {
    this.#tokens = tokens
  }

  read(): Summary {
    for (let at = 0; at < this.#tokens.length; at += 1) this.#step(at)
    const first = this.#tokens.find(({ kind }) => kind === 'word')?.text.toUpperCase()
    const operation = this.#operation ?? first
    const words = this.#words.length === 0 && operation !== undefined ? [operation] : this.#words
    const summary = words.join(' ').slice(0, MAX_SUMMARY) || undefined
    const tables = new Set(this.#tables)
    return { operation, collection: tables.size === 1 ? this.#tables[0] : undefined, summary }
  }

  #step(at: number): void {
    const { kind, text } = this.#tokens[at] ?? { kind: 'symbol', text: '' }
    const level = this.#levels.at(-1)
    if (level === undefined) return
    if (text === '(') this.#levels.push({ query: false, listing: false })
    else if (text === ')' && this.#levels.length > 1) this.#levels.pop()
    else if (text === ',' && level.listing) this.#table(at + 1)
    else if (text === ';') Object.assign(level, { query: false, listing: false })
    else if (kind === 'word') this.#word(at, text.toUpperCase(), level)
  }

  #word(at: number, word: string, level: Level): void {
    const before = this.#upper(at - 1)
    if (QUERIES.has(word) && !NO_STATEMENT_AFTER.has(before)) this.#begin(word, level)
    else if (word === 'REPLACE' && this.#upper(at + 1) === 'INTO') this.#begin(word, level)
    else if (DEFINITIONS.has(word) && at === 0) this.#define(at, word)
    else if (CALLS.has(word) && at === 0) this.#call(at, word)
    else if (word === 'AS' && this.#tokens[at + 1]?.text === '(') this.#aliases.add(before.toLowerCase())
    if (AFTER_TABLES.has(word)) level.listing = false
    if (BEFORE_TABLE.has(word) && level.query && !NO_STATEMENT_AFTER.has(before) && before !== 'DISTINCT') {
      level.listing = word === 'FROM' || word === 'USING'
      this.#table(at + 1, word === 'INTO')
    }
  }

  #begin(operation: string, level: Level): void {
    level.query = true
    this.#words.push(operation)
    if (this.#levels.length === 1) this.#operation ??= operation
  }

  /** `CREATE UNIQUE INDEX`, `ALTER TABLE users` */
  #define(at: number, word: string): void {
    const kind = [1, 2, 3].find((offset) => DEFINED.has(this.#upper(at + offset)))
    this.#operation = kind === undefined ? word : `${word} ${this.#upper(at + kind)}`
    this.#words.push(this.#operation)
    this.#table(at + (kind ?? 0) + 1, true)
  }

  /** `CALL restock(1)`: the procedure is no table. */
  #call(at: number, word: string): void {
    this.#words.push(word)
    this.#table(at + 1, true)
    this.#tables.length = 0
  }

  /** @param mayHaveColumns whether a parenthesis after the name lists columns; otherwise it makes the name a function */
  #table(start: number, mayHaveColumns = false): void {
    let at = start
    while (SKIPPED.has(this.#upper(at))) at += 1
    let name = this.#name(at)
    while (name !== undefined && this.#tokens[at + 1]?.text === '.') {
      at += 2
      name += `.${this.#name(at) ?? ''}`
    }
    const called = this.#tokens[at + 1]?.text === '(' && !mayHaveColumns
    // What WITH has named is no table.
    if (name === undefined || called || this.#aliases.has(name.toLowerCase())) return
    this.#tables.push(name)
    this.#words.push(name)
  }

  #name(at: number): string | undefined {
    const token = this.#tokens[at]
    if (token?.kind === 'quoted') return token.text.replace(QUOTES, '').replace(/(["`\]])\1/g, '$1')
    return token?.kind === 'word' ? token.text : undefined
  }

  #upper(at: number): string {
    const token = this.#tokens[at]
    return token?.kind === 'word' ? token.text.toUpperCase() : ''
  }
}
