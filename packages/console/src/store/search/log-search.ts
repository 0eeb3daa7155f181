/**
 * A search over log lines as a condition on the rows of one segment. Words go to the full-text index, each as a prefix; a
 * quoted phrase stays one.
 */

import type { Statements } from '../segments/database.ts'
import { hashField } from './blocks.ts'
import { Condition, type Span } from './condition.ts'
import { BadFilter, idOf, levelNumber, logLevels, type Term } from './filter.ts'

export function logCondition(statements: Statements, terms: Term[], range: Span): Condition {
  const condition = new Condition(range)
  condition.add('time BETWEEN ? AND ?', [range.from, range.to])
  for (const term of terms) if (term.key !== null) addTerm(condition, statements, { ...term, key: term.key })
  return condition
}

/** The words of the search for the full-text index, or '' where there are none. */
export function wordsOf(terms: Term[]): { words: string; without: string } {
  const bare = terms.filter(({ key, value }) => key === null && /[\p{L}\p{N}]/u.test(value))
  const words = bare.filter(({ negated }) => !negated).map(({ value }) => prefix(value))
  const without = bare.filter(({ negated }) => negated).map(({ value }) => prefix(value))
  return { words: words.join(' AND '), without: without.join(' OR ') }
}

function prefix(word: string): string {
  return `"${word.replaceAll('"', '""')}"*`
}

function addTerm(condition: Condition, statements: Statements, term: Term & { key: string }): void {
  const { key, value, negated } = term
  if (key === 'service') {
    const ids = statements.rows<[number]>('SELECT id FROM resources WHERE service = ?', value).map(([id]) => id)
    condition.addIds('resource', ids, negated)
  } else if (key === 'level') {
    const least = levelNumber(value)
    condition.add('level >= ?', [least], negated)
    if (!negated) condition.want(...logLevels.map((_, level) => hashField('level', level)).slice(least))
  } else if (key === 'trace' || key === 'span') {
    const id = idOf(value, key === 'trace' ? 32 : 16)
    if (!id)
      throw new BadFilter(
        `${JSON.stringify(value)} is not a ${key} id: it has ${key === 'trace' ? 32 : 16} hex digits.`,
      )
    condition.add(`${key}_id = ?`, [id], negated)
  } else condition.addAttribute(statements, term)
}
