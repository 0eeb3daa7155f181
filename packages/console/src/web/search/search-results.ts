/**
 * What the search box lists, in the order in which one most likely wants it: the trace of a pasted id, things of that name,
 * the two wide searches, then single traces and lines.
 */

import type { Found } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { ago, clock } from '../format/time.ts'
import { href } from '../state/address.ts'
import { field } from '../state/filter.ts'

export interface SearchResult {
  kind: string
  text: string
  hint: string
  href: string
}

/** How many of each kind are listed. */
const MOST = 5

export function searchResults(text: string, found: Found | null): SearchResult[] {
  const wide: SearchResult[] = [
    { kind: 'Traces', text: `Search traces for ${text}`, hint: '', href: href('/traces', { q: text }) },
    { kind: 'Logs', text: `Search logs for ${text}`, hint: '', href: href('/logs', { q: logFilter(text) }) },
  ]
  if (!found) return wide
  const trace: SearchResult[] = found.traceId
    ? [{ kind: 'Trace', text: found.traceId, hint: 'open', href: href(`/trace/${found.traceId}`) }]
    : []
  const all = [...trace, ...named(found), ...wide, ...single(found)]
  return [...new Map(all.toReversed().map((one) => [one.href, one])).values()].toReversed()
}

/** A pasted id is a field in the logs' filter. */
function logFilter(text: string): string {
  return /^[0-9a-f]{32}$/i.test(text) ? field('trace', text.toLowerCase()) : text
}

function named({ services, routes, instruments, errors }: Found): SearchResult[] {
  return [
    ...services.slice(0, MOST).map((service) => ({
      kind: 'Service',
      text: service,
      hint: '',
      href: href('/routes', { service }),
    })),
    ...routes.slice(0, MOST).map(({ service, route }) => ({
      kind: 'Route',
      text: route,
      hint: service,
      href: href('/routes', { service, route }),
    })),
    ...instruments.slice(0, MOST).map(({ name, description }) => ({
      kind: 'Metric',
      text: name,
      hint: description,
      href: href('/metrics', { metric: name }),
    })),
    ...errors.slice(0, MOST).map(({ id, type, service, message }) => ({
      kind: 'Error',
      text: message ? `${type}: ${message}` : type,
      hint: service,
      href: href('/errors', { service, error: id }),
    })),
  ]
}

function single({ traces, logs }: Found): SearchResult[] {
  return [
    ...traces.slice(0, MOST).map((trace) => ({
      kind: 'Trace',
      text: `${trace.service} ${trace.name}`,
      hint: `${duration(trace.duration)}, ${ago(trace.start)}`,
      href: href(`/trace/${trace.traceId}`, trace.spanId ? { span: trace.spanId } : {}),
    })),
    ...logs.slice(0, MOST).map((line) => ({
      kind: 'Log',
      text: line.body,
      hint: `${line.service}, ${clock(line.time)}`,
      href: line.traceId
        ? href(`/trace/${line.traceId}`, line.spanId ? { span: line.spanId } : {})
        : href('/logs', { q: field('service', line.service), line: line.id }),
    })),
  ]
}
