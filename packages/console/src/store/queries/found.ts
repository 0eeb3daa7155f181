/**
 * One search over everything: names of services, routes, instruments and errors that contain the text, and the newest traces
 * and log lines that match it as a search. A pasted trace or span id leads straight to its trace.
 */

import type { Found } from '../../contract/contract.ts'
import { parse } from '../../query/grammar.ts'
import { isEmpty, type Search, term } from '../../query/search.ts'
import { BadFilter, idOf } from '../search/filter.ts'
import type { Segments } from '../segments/segments.ts'
import { errors } from './errors.ts'
import { instruments } from './instruments.ts'
import { logs } from './logs.ts'
import type { TimeRange } from './range.ts'
import { sparklineSteps } from './range.ts'
import { rolledUp } from './rolled-up.ts'
import { services } from './services.ts'
import { summaryOf } from './summary.ts'
import { traces } from './traces.ts'

const MOST = 10
const A_DAY = 86_400_000

export async function search(segments: Segments, range: TimeRange, q: string): Promise<Found> {
  const text = q.trim().toLowerCase()
  const traceId = await traceIdOf(segments, text)
  const wanted = parse(q)
  const contains = (...names: string[]) => text !== '' && names.some((name) => name.toLowerCase().includes(text))
  const [tracesFound, logsFound] = await Promise.all([
    attempt(wanted, () => traces(segments, { ...range, search: wanted, limit: MOST }).then((found) => found.traces)),
    attempt(wanted, () => logs(segments, { ...range, search: wanted, limit: MOST }).then((found) => found.logs)),
  ])
  return {
    traceId,
    services: services(segments, range)
      .map(({ name }) => name)
      .filter((name) => contains(name))
      .slice(0, MOST),
    routes: routesOf(segments, range)
      .filter(({ route }) => contains(route))
      .slice(0, MOST),
    instruments: instruments(segments, range, {})
      .filter(({ name, description }) => contains(name, description))
      .slice(0, MOST)
      .map(({ name, unit, description }) => ({ name, unit, description })),
    errors: errors(segments, range)
      .filter(({ type, place, message }) => contains(type, place, message))
      .slice(0, MOST),
    traces: tracesFound,
    logs: logsFound,
  }
}

/** Whatever the range: an id that is pasted may be old. */
async function traceIdOf(segments: Segments, text: string): Promise<string | null> {
  const traceId = idOf(text, 32)
  if (traceId) return summaryOf(segments, traceId)?.traceId ?? null
  if (!idOf(text, 16)) return null
  const found = await traces(segments, {
    from: 0,
    to: Date.now() + A_DAY,
    search: term('span', text),
    limit: 1,
  })
  return found.traces[0]?.traceId ?? null
}

/** A search may make sense for traces and not for logs, or the other way round: then the other one finds nothing. */
async function attempt<Item>(wanted: Search, find: () => Promise<Item[]>): Promise<Item[]> {
  if (isEmpty(wanted)) return []
  try {
    return await find()
  } catch (error) {
    if (error instanceof BadFilter) return []
    throw error
  }
}

function routesOf(segments: Segments, range: TimeRange): { service: string; route: string }[] {
  const seen = new Map<string, { service: string; route: string }>()
  for (const [service, route] of rolledUp(segments, { kind: 'route' }, range, sparklineSteps(range))) {
    seen.set(`${service}\0${route}`, { service, route })
  }
  return [...seen.values()]
}
