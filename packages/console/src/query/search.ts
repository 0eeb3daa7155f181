/**
 * What a search says, as a tree of conditions.
 */

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~' | 'exists'

/** One condition. */
export interface Term {
  kind: 'term'
  /** null for text. */
  key: string | null
  comparison: Comparison
  value: string
  /** Of an unquoted value with `*` in it, which stands for any characters. */
  wildcard: boolean
  /** As it was written, without a minus, and where: a half-open range of the text with the minus. */
  text: string
  from: number
  to: number
}

export type Search =
  | Term
  | { kind: 'all'; of: Search[] }
  | { kind: 'any'; of: Search[] }
  | { kind: 'not'; of: Search }
  /** Conditions that spans of one trace may meet apart from each other. Only at the top. */
  | { kind: 'across'; of: Search[] }

export function isEmpty(search: Search): boolean {
  return search.kind === 'all' && search.of.length === 0
}

/** Every condition of a search, in the order in which they were written. */
export function* termsOf(search: Search): Generator<Term> {
  if (search.kind === 'term') yield search
  else if (search.kind === 'not') yield* termsOf(search.of)
  else for (const part of search.of) yield* termsOf(part)
}

/** A condition that was chosen, not written. */
export function term(key: string, value: string): Term {
  return { kind: 'term', key, comparison: '=', value, wildcard: false, text: `${key}:${value}`, from: 0, to: 0 }
}
