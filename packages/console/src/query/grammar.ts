/**
 * The search language, for the store that answers it and the page that edits it. docs/search.md is its grammar for people.
 *
 *     service:orders (status:error OR duration:>250ms) -http.route:"/health" GET /items/:id
 *
 * Every text is a search: what does not have the form of a field is looked for as text, so that whatever the page shows can be
 * pasted.
 */

import { type Comparison, isEmpty, type Search, type Term } from './search.ts'

export function parse(text: string): Search {
  const reader = new Reader(text)
  const groups = [reader.alternatives(0)]
  while (reader.skip('&&')) groups.push(reader.alternatives(0))
  const [first] = groups
  return groups.length === 1 && first ? first : { kind: 'across', of: groups.filter((group) => !isEmpty(group)) }
}

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
/** A key begins with a letter, so that an address, a time and a path are text; `//` after the colon makes it a URL. */
const FIELD = new RegExp(
  `(${QUOTED}|[\\p{L}_@$][\\p{L}\\p{N}_.@/$-]*)(:(?!//)(?:!=|>=|<=|[=<>~])?|!=|>=|<=|[=<>~])(${QUOTED}|[^\\s"]\\S*)`,
  'uy',
)
const TEXT = new RegExp(`${QUOTED}(?=[\\s)]|$)|\\S+`, 'uy')

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  alternatives(depth: number): Search {
    const found = [this.#sequence(depth)]
    while (this.skip('OR')) found.push(this.#sequence(depth))
    const filled = found.filter((each) => !isEmpty(each))
    const [only] = filled
    if (filled.length > 1) return { kind: 'any', of: filled }
    return only ?? { kind: 'all', of: [] }
  }

  /** Takes a word of the language, if it is the next one. */
  skip(word: string): boolean {
    this.#skipSpace()
    const next = this.#text[this.#at + word.length]
    if (!this.#text.startsWith(word, this.#at) || (next !== undefined && !/\s/.test(next))) return false
    this.#at += word.length
    return true
  }

  #sequence(depth: number): Search {
    const of: Search[] = []
    for (;;) {
      this.skip('AND')
      this.#skipSpace()
      if (this.#at >= this.#text.length || this.#isNext('OR') || (depth === 0 && this.#isNext('&&'))) break
      if (depth > 0 && this.#text[this.#at] === ')') break
      of.push(this.#factor(depth))
    }
    return { kind: 'all', of }
  }

  #factor(depth: number): Search {
    const from = this.#at
    if (this.skip('NOT')) {
      this.#skipSpace()
      return { kind: 'not', of: this.#factor(depth) }
    }
    // A word that begins with two dashes is an option of a command line.
    const negated = /-(?=[^\s-])/y
    negated.lastIndex = from
    if (negated.test(this.#text)) {
      this.#at++
      const of = this.#factor(depth)
      return { kind: 'not', of: of.kind === 'term' ? { ...of, from } : of }
    }
    return this.#group(depth) ?? this.#term(depth)
  }

  #group(depth: number): Search | undefined {
    if (this.#text[this.#at] !== '(' || depth > MOST_DEPTH) return undefined
    const start = this.#at++
    const of = this.alternatives(depth + 1)
    if (this.#text[this.#at] === ')') {
      this.#at++
      return of
    }
    // It is never closed, so it was pasted.
    this.#at = start
    return undefined
  }

  #term(depth: number): Term {
    const from = this.#at
    const [text, key, operator, value] = this.#match(FIELD, depth) ?? []
    if (text !== undefined && key !== undefined && operator !== undefined && value !== undefined) {
      this.#at += text.length
      const comparison = comparisonOf(operator)
      const exists = comparison === '=' && value === '*'
      const wildcard =
        !exists && (comparison === '=' || comparison === '!=') && !value.startsWith('"') && value.includes('*')
      return {
        ...{ kind: 'term', key: unquoted(key), comparison: exists ? 'exists' : comparison, value: unquoted(value) },
        ...{ wildcard, text, from, to: this.#at },
      }
    }
    const [word = this.#text.slice(this.#at, this.#at + 1)] = this.#match(TEXT, depth) ?? []
    this.#at += word.length
    const plain = { kind: 'term', key: null, comparison: '=', wildcard: false } as const
    return { ...plain, value: unquoted(word), text: word, from, to: this.#at }
  }

  /** Within a group, a bracket that the match does not open ends it. */
  #match(pattern: RegExp, depth: number): string[] | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    const [text, ...parts] = found
    const last = parts.at(-1) ?? text
    const extra = depth > 0 && !last.endsWith('"') ? unopened(last) : 0
    if (extra === 0) return [text, ...parts]
    if (extra === last.length) return undefined
    return [text, ...parts].map((part, index) => (index === 0 || index === parts.length ? part.slice(0, -extra) : part))
  }

  #isNext(word: string): boolean {
    const at = this.#at
    const is = this.skip(word)
    this.#at = at
    return is
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }
}

const MOST_DEPTH = 10

/** Characters from the first closing bracket on that was not opened before it. */
function unopened(text: string): number {
  let open = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') open++
    else if (text[at] === ')' && open-- === 0) return text.length - at
  }
  return 0
}

const comparisons: Record<string, Comparison> = {
  '=': '=',
  '!=': '!=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
  '~': '~',
}

function comparisonOf(operator: string): Comparison {
  return comparisons[operator.replace(':', '') || '='] ?? '='
}

function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replace(/\\(.)/g, '$1')
    : text
}
