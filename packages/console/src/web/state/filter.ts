/**
 * The text of a filter as its terms, so that buttons and menus can change one field of it and leave the rest as it was
 * typed. The grammar is the console's own (query/grammar.ts); here a text is only taken apart and put together.
 */

import { parse } from '../../query/grammar.ts'
import type { Search, Term } from '../../query/search.ts'

/** A condition that every match must meet, or must not. */
interface Part {
  term: Term
  negated: boolean
}

/** The conditions that stand by themselves: those within brackets and alternatives are the user's own. */
function termsOf(q: string): Part[] {
  const search = parse(q)
  const parts: Search[] = search.kind === 'all' ? search.of : [search]
  return parts.flatMap((part): Part[] => {
    if (part.kind === 'term') return [{ term: part, negated: false }]
    return part.kind === 'not' && part.of.kind === 'term' ? [{ term: part.of, negated: true }] : []
  })
}

/** A comparison stands with its value: `>250ms`. */
function valueIn({ text, value, comparison }: Term): string {
  if (comparison === 'exists') return '*'
  if (comparison === '=') return value
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : `${comparison}${value}`
}

function isField({ term, negated }: Part, key: string): boolean {
  return term.key === key && !negated
}

/** Value of `key:value`, '' where the filter does not have it. */
export function fieldOf(q: string, key: string): string {
  const part = termsOf(q).find((each) => isField(each, key))
  return part ? valueIn(part.term) : ''
}

/** The filter with `key:value` in place of what it said about the key; '' takes the key away. */
export function withField(q: string, key: string, value: string): string {
  const [first, ...others] = termsOf(q).filter((part) => isField(part, key))
  let text = q
  for (const { term } of others.reverse()) text = without(text, term)
  if (!first) return value === '' ? text : joined(text, field(key, value))
  const { from, to } = first.term
  return value === '' ? without(text, first.term) : text.slice(0, from) + field(key, value) + text.slice(to)
}

function without(q: string, { from, to }: Term): string {
  return joined(q.slice(0, from).trimEnd(), q.slice(to).trimStart())
}

/** Alternatives bind weaker than a list, so a term that is added to them is added to all. */
function joined(q: string, more: string): string {
  if (q === '' || more === '') return q + more
  return parse(q).kind === 'any' ? `(${q}) ${more}` : `${q} ${more}`
}

/** The filter with one term more, such as a clicked attribute; a term that is there already stays single. */
export function withTerm(q: string, key: string, value: string, negated = false): string {
  const text = field(key, value)
  const known = termsOf(q).some((part) => part.term.text === text && part.negated === negated)
  return known ? q : joined(q, `${negated ? '-' : ''}${text}`)
}

/** `key:value`, each quoted where it needs it. */
export function field(key: string, value: string): string {
  return `${KEY.test(key) ? key : quoted(key)}:${PLAIN.test(value) ? value : quoted(value)}`
}

const KEY = /^[\p{L}_@$][\p{L}\p{N}_.@/$-]*$/u
/** Nothing that the grammar takes for more than a value; a comparison may stand before it. */
const PLAIN = /^(?:(?:[<>]=?)[^\s"\\*()=<>~!]+|[^\s"\\*()=<>~!/][^\s"\\*()]*|\/(?!\/)[^\s"\\*()]*|\*)$/u

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
