/**
 * Spans of one trace that have one id. A batch that was sent twice has the same span twice: one is kept. Zipkin's server spans
 * share the id of the client span that called them, and some senders number spans per process: each of those is a span of its
 * own and gets a suffix, so that children and log lines are linked to the span of their own process.
 */

import type { LogLine, Span } from '../../contract/contract.ts'

export function withOwnIds(spans: Span[], logs: LogLine[]): { spans: Span[]; logs: LogLine[] } {
  const renamed = new Map<string, string>()
  const byId = Map.groupBy(unique(spans), ({ spanId }) => spanId)
  const own = [...byId.values()].flatMap((same) => withSuffixes(same.toSorted(callerFirst), renamed))
  if (renamed.size === 0) return { spans: own, logs }
  return {
    spans: own.map((span) => {
      const parentId = renamed.get(key(span.parentId, span))
      return parentId === undefined || parentId === span.spanId ? span : { ...span, parentId }
    }),
    logs: logs.map((line) => ({ ...line, spanId: renamed.get(key(line.spanId, line)) ?? line.spanId })),
  }
}

/** The first one keeps the id. A server's half of a shared id becomes the child of the caller's half. */
function withSuffixes([first, ...others]: Span[], renamed: Map<string, string>): Span[] {
  if (!first) return []
  const shared = first.kind === 'client' || first.kind === 'producer'
  const own = others.map((span, index) => {
    const spanId = `${span.spanId}.${index + 2}`
    if (span.service !== first.service) renamed.set(key(span.spanId, span), spanId)
    return { ...span, spanId, parentId: shared && isCalled(span) ? span.spanId : span.parentId }
  })
  return [first, ...own]
}

function callerFirst(a: Span, b: Span): number {
  return Number(isCalled(a)) - Number(isCalled(b)) || a.start - b.start
}

function isCalled({ kind }: Span): boolean {
  return kind === 'server' || kind === 'consumer'
}

function key(id: string | null, { service }: { service: string }): string {
  return `${id} ${service}`
}

function unique(spans: Span[]): Span[] {
  return [
    ...new Map(
      spans.map((span) => [`${span.spanId} ${span.kind} ${span.service} ${span.start} ${span.name}`, span]),
    ).values(),
  ]
}
