/**
 * What of a search was not understood as a field, with the nearest that is.
 */

import { type Search, type Term, termsOf } from '../../query/search.ts'
import type { Segments } from '../segments/segments.ts'
import { logFields } from './log-search.ts'
import { nearest } from './nearest.ts'
import { spanFields } from './span-search.ts'

/** A sentence for the page; null where every field is known. */
export function hintOf(segments: Segments, signal: 'spans' | 'logs', search: Search): string | null {
  for (const term of termsOf(search)) {
    const hint = term.key === 'service' ? serviceHint(segments, term) : keyHint(segments, signal, term)
    if (hint !== null) return hint
  }
  return null
}

function serviceHint(segments: Segments, { value, comparison, wildcard }: Term): string | null {
  if (comparison !== '=' || wildcard) return null
  const services = servicesIn(segments)
  const meant = services.has(value) ? undefined : nearest(value, services)
  return meant === undefined ? null : `No service is called ${JSON.stringify(value)}. The nearest is ${meant}.`
}

function keyHint(segments: Segments, signal: 'spans' | 'logs', { key }: Term): string | null {
  const fields: readonly string[] = signal === 'spans' ? spanFields : logFields
  if (key === null || fields.includes(key)) return null
  const keys = keysIn(segments, signal)
  if (keys.has(key)) return null
  const meant = nearest(key, [...fields, ...keys])
  const what = signal === 'spans' ? 'span' : 'log line'
  const searched = `No ${what} has the attribute ${JSON.stringify(key)}, so it was searched as text.`
  return meant === undefined ? searched : `${searched} The nearest is ${meant}.`
}

function keysIn(segments: Segments, signal: 'spans' | 'logs'): Set<string> {
  const keys = new Set<string>()
  for (const { statements } of segments.all()) {
    const rows = statements.rows<[string]>("SELECT key FROM attribute_keys WHERE signal IN (?, 'resources')", signal)
    for (const [key] of rows) keys.add(key)
  }
  return keys
}

function servicesIn(segments: Segments): Set<string> {
  const rows = segments.all().flatMap(({ statements }) => statements.rows<[string]>('SELECT service FROM resources'))
  return new Set(rows.map(([service]) => service))
}
