/**
 * Slow requests of a route against its normal ones. The slowest twentieth is compared with those around the median: which spans of the
 * critical path take the time, and which attributes are more frequent among the slow ones.
 */

import type { Request, Slow, SlowAttribute, SlowPart } from '../contract/contract.ts'
import type { Search } from '../query/search.ts'
import { onOneClock } from '../store/queries/clocks.ts'
import type { TimeRange } from '../store/queries/range.ts'
import { type RequestRow, requestsOf } from '../store/queries/requests.ts'
import { trace } from '../store/queries/trace.ts'
import type { Segments } from '../store/segments/segments.ts'
import { shapeOf } from './critical-path.ts'

const SLOW_SHARE = 0.05
/** Traces of either kind that are read whole. */
const MOST_TRACES = 20
const MOST_LISTED = 20
/** A difference in shares below this is chance. */
const LEAST_DIFFERENCE = 0.2

export async function slow(segments: Segments, range: TimeRange, search: Search): Promise<Slow> {
  const rows = (await requestsOf(segments, range, search)).sort((a, b) => b.duration - a.duration)
  const slowest = rows.slice(0, Math.ceil(rows.length * SLOW_SHARE))
  const others = rows.slice(slowest.length)
  const middle = Math.floor(rows.length / 2)
  const normal = others.slice(Math.max(0, middle - slowest.length - MOST_TRACES / 2)).slice(0, MOST_TRACES)
  return {
    requests: rows.length,
    threshold: slowest.at(-1)?.duration ?? 0,
    median: rows[middle]?.duration ?? 0,
    parts: slowParts(segments, slowest.slice(0, MOST_TRACES), normal),
    attributes: attributesOf(slowest, others),
    slowest: slowest.slice(0, MOST_TRACES).map(requestOf),
    normal: normal.map(requestOf),
  }
}

function slowParts(segments: Segments, slowest: RequestRow[], normal: RequestRow[]): SlowPart[] {
  const parts = new Map<string, SlowPart>()
  for (const [kind, rows] of [['slow', slowest] as const, ['normal', normal] as const]) {
    for (const row of rows) {
      for (const { service, name, ms } of timesOf(segments, row)) {
        const id = `${service}\0${name}`
        const part = parts.get(id) ?? { service, name, slow: 0, normal: 0 }
        part[kind] += ms / rows.length
        parts.set(id, part)
      }
    }
  }
  return [...parts.values()]
    .sort((a, b) => Math.abs(b.slow - b.normal) - Math.abs(a.slow - a.normal))
    .slice(0, MOST_LISTED)
}

/** The pieces of the critical path that lie within the request. */
function timesOf(segments: Segments, row: RequestRow): { service: string; name: string; ms: number }[] {
  const stored = trace(segments, Buffer.from(row.traceId, 'hex'))
  const { spans } = onOneClock(stored.spans, [])
  const request = spans.find(({ spanId }) => spanId === row.spanId)
  if (!request) return []
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const end = request.start + request.duration
  return shapeOf(spans).criticalPath.flatMap(({ spanId, start, end: until }) => {
    const span = byId.get(spanId)
    const ms = Math.min(until, end) - Math.max(start, request.start)
    return span && ms > 0 ? [{ service: span.service, name: span.name, ms }] : []
  })
}

function attributesOf(slowest: RequestRow[], others: RequestRow[]): SlowAttribute[] {
  const [among, rest] = [countsOf(slowest), countsOf(others)]
  const found: SlowAttribute[] = []
  for (const field of new Set([...among.keys(), ...rest.keys()])) {
    const [key = '', value = ''] = field.split('\0')
    // What only one request has, such as its id, tells nothing.
    if ((among.get(field) ?? 0) + (rest.get(field) ?? 0) < 2) continue
    const share = (among.get(field) ?? 0) / Math.max(1, slowest.length)
    const otherwise = (rest.get(field) ?? 0) / Math.max(1, others.length)
    if (Math.abs(share - otherwise) >= LEAST_DIFFERENCE) found.push({ key, value, slow: share, others: otherwise })
  }
  const size = (each: SlowAttribute) => Math.abs(each.slow - each.others)
  return found.sort((a, b) => size(b) - size(a)).slice(0, MOST_LISTED)
}

function countsOf(rows: RequestRow[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { attributes, resource } of rows) {
    for (const [key, value] of Object.entries({ ...resource, ...attributes })) {
      if (value === null || typeof value === 'object') continue
      const field = `${key}\0${value}`
      counts.set(field, (counts.get(field) ?? 0) + 1)
    }
  }
  return counts
}

function requestOf({ traceId, spanId, time, duration }: RequestRow): Request {
  return { traceId, spanId, time, duration }
}
