/**
 * What a filter may go on with: names of fields while one writes a name, values of the field after its colon, most used
 * first.
 */

import type { FieldValue } from '../../contract/contract.ts'
import { useQuery } from '../api/use-query.ts'
import { whole } from '../format/number.ts'
import { field } from '../state/filter.ts'

export interface Offer {
  /** Takes the place of the last word. */
  text: string
  hint: string
}

const FIXED: Record<'spans' | 'logs', readonly string[]> = {
  spans: ['service', 'route', 'status', 'duration', 'name', 'kind'],
  logs: ['service', 'level', 'trace', 'span'],
}
const VALUES: Record<string, readonly string[]> = {
  status: ['error', 'client-error', 'ok', 'unset'],
  kind: ['server', 'client', 'producer', 'consumer', 'internal'],
  level: ['error', 'warn', 'info', 'debug', 'trace', 'fatal'],
  duration: ['>100ms', '>1s', '>10s'],
}
const MOST = 9

const LAST = /-?(?:([\w./-]+):)?("(?:[^"\\]|\\.)*"?|[^\s"]*)$/

export function useCompletions(signal: 'spans' | 'logs', text: string, open: boolean): Offer[] {
  const [, key, rest = ''] = LAST.exec(text) ?? []
  const known = key === undefined ? undefined : VALUES[key]
  const seen = useSeen(signal, key, open && !known)
  if (!open) return []
  const start = rest.replace(/^"/, '').toLowerCase()
  if (key === undefined) return start === '' ? [] : names(signal, start, seen)
  return [...(known ?? []).map((value) => ({ value, count: 0 })), ...seen]
    .filter(({ value }) => value.toLowerCase().includes(start) && value.toLowerCase() !== start)
    .slice(0, MOST)
    .map(({ value, count }) => ({ text: field(key, value), hint: count > 0 ? whole(count) : '' }))
}

/** Names of fields, or with `key` its values, that were seen in the time range. */
function useSeen(signal: 'spans' | 'logs', key: string | undefined, wanted: boolean): readonly FieldValue[] {
  const query = { signal, ...(key === undefined ? {} : { key }) }
  const { data } = useQuery('/api/fields', wanted ? query : null, { follow: false })
  return data?.values ?? []
}

function names(signal: 'spans' | 'logs', start: string, seen: readonly FieldValue[]): Offer[] {
  const fixed = FIXED[signal].map((value) => ({ text: `${value}:`, hint: 'field' }))
  const found = seen.map(({ value, count }) => ({ text: `${value}:`, hint: whole(count) }))
  const fixedNames = new Set(fixed.map(({ text }) => text))
  return [...fixed, ...found.filter(({ text }) => !fixedNames.has(text))]
    .filter(({ text }) => text.toLowerCase().includes(start))
    .slice(0, MOST)
}

/** The text with its last word replaced by the suggestion; a value that is complete is followed by a space. */
export function completed(text: string, suggestion: string): string {
  const minus = /(?:^|\s)-[^\s]*$/.test(text) ? '-' : ''
  const before = text.slice(0, text.length - (LAST.exec(text)?.[0].length ?? 0))
  return `${before}${minus}${suggestion}${suggestion.endsWith(':') ? '' : ' '}`
}
