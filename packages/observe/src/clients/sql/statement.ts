/**
 * What may be kept of an SQL text: its template, with every literal replaced by `?` and without comments, and a short
 * summary of what it does to which tables. Values never leave the process (database semantic conventions, "Sanitization
 * of db.query.text" and "Generating a summary of the query").
 */
import { type Summary, summarize } from './summary.ts'
import type { Token } from './token.ts'

export interface Statement extends Summary {
  /** `SELECT name FROM users WHERE id = $1 AND kind = ?` */
  template: string
}

/** How a text is read differs from database to database, above all what is a literal. */
export type Dialect = keyof typeof LEXICONS

const MAX_TEMPLATE = 2048
/** More of a text than this is not read: what it does is said by then. */
const MAX_READ = 16_384
const MAX_CACHED = 1000
const MAX_CACHED_TEXT = 4096

const SPACE = /\s+|--[^\n]*/y
const NUMBER = /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\w*/iy
const SYMBOL = /::|[\s\S]/y

/** What is not closed goes to the end, so that no half of a literal is kept. */
const LEXICONS = {
  postgresql: {
    space: SPACE,
    escapeString: /e'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)/iy,
    string: /(?:u&|[bxn])?'(?:[^']|'')*(?:'|$)/iy,
    dollarString: /\$((?:[\p{L}_][\p{L}\p{N}_]*)?)\$[\s\S]*?(?:\$\1\$|$)/uy,
    number: NUMBER,
    quoted: /(?:u&)?"(?:[^"]|"")*(?:"|$)/iy,
    word: /\$\d+|[\p{L}_][\p{L}\p{N}_$]*/uy,
    symbol: SYMBOL,
  },
  // Double quotes hold a string, unless the server is configured otherwise, and a backslash escapes.
  mysql: {
    space: /\s+|--(?=\s|$)[^\n]*|#[^\n]*/y,
    string: /(?:[bxn]|_\w+\s*)?(?:'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|\\?$))/iy,
    number: NUMBER,
    quoted: /`(?:[^`]|``)*(?:`|$)/y,
    word: /@{0,2}[\p{L}_$][\p{L}\p{N}_$]*/uy,
    symbol: SYMBOL,
  },
  tsql: {
    space: SPACE,
    string: /n?'(?:[^']|'')*(?:'|$)/iy,
    number: NUMBER,
    quoted: /"(?:[^"]|"")*(?:"|$)|\[(?:[^\]]|\]\])*(?:\]|$)/y,
    word: /(?:@{1,2}|#{1,2})?[\p{L}_][\p{L}\p{N}_@$#]*/uy,
    symbol: SYMBOL,
  },
} as const

const LITERALS = new Set(['escapeString', 'string', 'dollarString', 'number'])

const caches: Record<Dialect, Map<string, Statement>> = { postgresql: new Map(), mysql: new Map(), tsql: new Map() }

export function statementOf(text: string, dialect: Dialect = 'postgresql'): Statement {
  const cache = caches[dialect]
  const known = cache.get(text)
  if (known !== undefined) return known
  const tokens = tokensOf(text.length > MAX_READ ? text.slice(0, MAX_READ) : text, dialect)
  const statement = { ...summarize(tokens), template: templateOf(tokens) }
  if (text.length <= MAX_CACHED_TEXT) {
    const oldest = cache.size >= MAX_CACHED ? cache.keys().next() : undefined
    if (oldest?.done === false) cache.delete(oldest.value)
    cache.set(text, statement)
  }
  return statement
}

function tokensOf(text: string, dialect: Dialect): Token[] {
  const tokens: Token[] = []
  let at = 0
  let spaced = false
  while (at < text.length) {
    if (text.startsWith('/*', at)) {
      at = endOfComment(text, at, dialect)
      spaced = true
      continue
    }
    for (const [name, pattern] of Object.entries(LEXICONS[dialect])) {
      pattern.lastIndex = at
      const piece = pattern.exec(text)?.[0]
      if (piece === undefined || piece === '') continue
      at += piece.length
      if (name !== 'space') tokens.push({ kind: kindOf(name), text: piece, spaced })
      spaced = name === 'space'
      break
    }
  }
  return tokens
}

function kindOf(name: string): Token['kind'] {
  if (LITERALS.has(name)) return 'literal'
  return name === 'word' || name === 'quoted' ? name : 'symbol'
}

/** Comments nest, in MySQL alone they do not. */
function endOfComment(text: string, start: number, dialect: Dialect): number {
  if (dialect === 'mysql') {
    const end = text.indexOf('*/', start + 2)
    return end === -1 ? text.length : end + 2
  }
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return text.length
}

function templateOf(tokens: Token[]): string {
  let template = ''
  for (const { kind, text, spaced } of tokens) {
    template += spaced && template !== '' ? ' ' : ''
    template += kind === 'literal' ? '?' : text
  }
  // Lists of any length, and rows of them, are one template.
  const listed = template.replace(/\((?:\?\s*,\s*)+\?\)/g, '(?)').replace(/\(\?\)(?:\s*,\s*\(\?\))+/g, '(?)')
  return listed.length > MAX_TEMPLATE ? `${listed.slice(0, MAX_TEMPLATE - 1)}…` : listed
}
