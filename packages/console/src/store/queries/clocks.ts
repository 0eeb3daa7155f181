/**
 * Machines disagree about the time, so a span may seem to begin before the call that caused it. What one process sent is moved
 * as a whole until its spans lie within the calls that they answer, and the page says by how much.
 */

import type { Clock, LogLine, Span } from '../../contract/contract.ts'

/** Milliseconds by which processes of one machine differ; less is left as it was sent. */
const TOLERANCE = 1

export interface OneClock {
  spans: Span[]
  logs: LogLine[]
  clocks: Clock[]
}

/** Spans of one process share their `resource` object. */
export function onOneClock(spans: Span[], logs: LogLine[]): OneClock {
  const offsets = offsetsOf(spans)
  if (![...offsets.values()].some((offset) => offset !== 0)) return { spans, logs, clocks: [] }
  const offsetOf = ({ resource }: Span) => offsets.get(resource) ?? 0
  const bySpan = new Map(spans.map((span) => [span.spanId, offsetOf(span)]))
  const moved = spans.map((span) => ({
    ...span,
    start: span.start + offsetOf(span),
    events: span.events.map((event) => ({ ...event, time: event.time + offsetOf(span) })),
  }))
  const clocks = new Map<string, Clock>()
  for (const span of spans) {
    const clock = { service: span.service, offset: offsetOf(span) }
    if (clock.offset !== 0) clocks.set(JSON.stringify(clock), clock)
  }
  return {
    spans: moved.sort((a, b) => a.start - b.start || b.duration - a.duration),
    logs: logs
      .map((line) => ({ ...line, time: line.time + (bySpan.get(line.spanId ?? '') ?? 0) }))
      .sort((a, b) => a.time - b.time),
    clocks: [...clocks.values()],
  }
}

/** What of a span tells how clocks differ; spans of one process share their `resource`, by identity. */
export interface Timed extends Pick<Span, 'spanId' | 'parentId' | 'kind' | 'start' | 'duration'> {
  resource: object
}

/** A call from a process whose clock is settled to one whose clock is not. */
interface Call {
  parent: Timed
  child: Timed
}

type Process = Timed['resource']

/** Milliseconds to add, for each process, from callers to those they call. Those that hold a root keep their own time. */
export function offsetsOf(spans: Timed[]): Map<Process, number> {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const calls = spans.flatMap((child): Call[] => {
    const parent = child.parentId === null ? undefined : byId.get(child.parentId)
    return parent && parent.resource !== child.resource ? [{ parent, child }] : []
  })
  const from = Map.groupBy(calls, ({ parent }) => parent.resource)
  const into = Map.groupBy(calls, ({ child }) => child.resource)
  const offsets = new Map<Process, number>()
  for (const { parentId, resource } of spans) if (!byId.has(parentId ?? '')) offsets.set(resource, 0)
  // A map goes on over what is added to it meanwhile.
  for (const process of offsets.keys()) {
    for (const { child } of from.get(process) ?? []) {
      if (offsets.has(child.resource)) continue
      const settled = into.get(child.resource)?.filter(({ parent }) => offsets.has(parent.resource)) ?? []
      offsets.set(child.resource, offsetFrom(settled, offsets))
    }
  }
  return offsets
}

/** The offset that puts every called span within its call, in the middle of what is possible; 0 where nothing has to move. */
function offsetFrom(calls: Call[], offsets: Map<Process, number>): number {
  let least = Number.NEGATIVE_INFINITY
  let most = Number.POSITIVE_INFINITY
  for (const { parent, child } of calls) {
    const start = parent.start + (offsets.get(parent.resource) ?? 0)
    least = Math.max(least, start - child.start)
    // Only a call that waits for its answer bounds the end too, unless it gave up waiting.
    const waits = parent.kind === 'client' && child.kind === 'server' && child.duration <= parent.duration
    if (waits) most = Math.min(most, start + parent.duration - child.start - child.duration)
  }
  if (least <= TOLERANCE && most >= -TOLERANCE) return 0
  return Number.isFinite(most) && most >= least ? (least + most) / 2 : least
}
