/**
 * Answers every query of the contract: checks its parameters and asks the store.
 */

import type { Queries, Status, Trace } from '../contract/contract.ts'
import { parse as parseSearch } from '../query/grammar.ts'
import { term } from '../query/search.ts'
import { onOneClock } from '../store/queries/clocks.ts'
import { errors } from '../store/queries/errors.ts'
import { fields } from '../store/queries/fields.ts'
import { search } from '../store/queries/found.ts'
import { instruments } from '../store/queries/instruments.ts'
import { lineOf, logs, volume } from '../store/queries/logs.ts'
import { metric } from '../store/queries/metric.ts'
import { red } from '../store/queries/red.ts'
import { routes, serviceMap, services } from '../store/queries/services.ts'
import { trace } from '../store/queries/trace.ts'
import { traces } from '../store/queries/traces.ts'
import type { Segments } from '../store/segments/segments.ts'
import { shapeOf } from './critical-path.ts'
import { exportOf } from './export.ts'
import { parse, queries, rangeOf } from './parameters.ts'
import { slow } from './slow.ts'

type Path = keyof Queries
type Answer<P extends Path> = (given: Record<string, string>) => Queries[P]['answer'] | Promise<Queries[P]['answer']>
export type Answers = { [P in Path]: Answer<P> }

/** There is nothing under the name or id that was asked for. */
export class NotFound extends Error {}

const TRACE_LIMIT = 50
const LOG_LIMIT = 200

export function answersOf(segments: Segments, status: () => Status): Answers {
  return {
    '/api/status': status,
    '/api/services': (given) => ({ services: services(segments, rangeOf(parse(queries.range, given))) }),
    '/api/map': (given) => serviceMap(segments, rangeOf(parse(queries.range, given))),
    '/api/routes': (given) => {
      const query = parse(queries.forService, given)
      return { routes: routes(segments, rangeOf(query), query.service) }
    },
    '/api/red': (given) => {
      const query = parse(queries.red, given)
      return red(segments, rangeOf(query), query.service, query.route, query.step)
    },
    '/api/slow': (given) => {
      const { route, service, ...range } = parse(queries.slow, given)
      return slow(segments, rangeOf(range), {
        kind: 'all',
        of: [term('route', route), ...(service ? [term('service', service)] : [])],
      })
    },
    '/api/traces': (given) => {
      const { q, limit = TRACE_LIMIT, before, sort, ...range } = parse(queries.traces, given)
      return traces(segments, { ...rangeOf(range), search: parseSearch(q), limit, before, rank: sort })
    },
    '/api/trace': (given) => traceOf(segments, parse(queries.trace, given).id.toLowerCase()),
    '/api/export': (given) => {
      const { id } = parse(queries.trace, given)
      const stored = trace(segments, Buffer.from(id, 'hex'))
      if (stored.spans.length === 0 && stored.logs.length === 0) throw new NotFound(`Trace ${id} is not stored.`)
      return exportOf({ traceId: id.toLowerCase(), ...stored })
    },
    '/api/logs': (given) => {
      const { q, limit = LOG_LIMIT, before, ...range } = parse(queries.logs, given)
      return logs(segments, { ...rangeOf(range), search: parseSearch(q), limit, before })
    },
    '/api/line': (given) => {
      const { id } = parse(queries.line, given)
      const line = lineOf(segments, id)
      if (!line) throw new NotFound(`Log line ${id} is not stored any more.`)
      return { line }
    },
    '/api/logs/volume': (given) => {
      const query = parse(queries.volume, given)
      return volume(segments, rangeOf(query), parseSearch(query.q), query.step)
    },
    '/api/metrics': (given) => {
      const query = parse(queries.perService, given)
      return { instruments: instruments(segments, rangeOf(query), query) }
    },
    '/api/metric': (given) => {
      const query = parse(queries.metric, given)
      // With a kind the instrument is named in full, and one without a unit has none.
      const unit = query.unit ?? (query.type === undefined ? undefined : '')
      const found = metric(segments, rangeOf(query), { ...query, unit })
      if (!found) throw new NotFound(`No instrument ${JSON.stringify(query.name)} reported in this range.`)
      return found
    },
    '/api/errors': (given) => {
      const query = parse(queries.perService, given)
      return { errors: errors(segments, rangeOf(query), query.service) }
    },
    '/api/search': (given) => {
      const query = parse(queries.search, given)
      return search(segments, rangeOf(query), query.q)
    },
    '/api/fields': (given) => {
      const query = parse(queries.fields, given)
      return { values: fields(segments, rangeOf(query), query.signal, query.key) }
    },
  }
}

function traceOf(segments: Segments, traceId: string): Trace {
  const { truncated, ...stored } = trace(segments, Buffer.from(traceId, 'hex'))
  const { spans, logs, clocks } = onOneClock(stored.spans, stored.logs)
  if (spans.length === 0 && logs.length === 0) {
    throw new NotFound(
      `No span of trace ${traceId} is stored: it has not arrived yet, was not sampled, or is older than what is kept.`,
    )
  }
  const start = spans[0]?.start ?? logs[0]?.time ?? 0
  const end = spans.reduce((latest, span) => Math.max(latest, span.start + span.duration), start)
  return { traceId, start, duration: end - start, spans, logs, clocks, truncated, ...shapeOf(spans) }
}
