/**
 * A stored trace as OTLP/JSON, one export of spans and one of log lines, as any receiver takes them: a bug report can carry its trace.
 */

import type { Attributes, Exported, LogLine, Span, Trace, Value } from '../contract/contract.ts'

export function exportOf({ traceId, spans, logs }: Pick<Trace, 'traceId' | 'spans' | 'logs'>): Exported {
  return {
    resourceSpans: grouped(spans).map(({ resource, scope, items }) => ({
      resource,
      scopeSpans: [{ scope, spans: items.map((span) => spanOf(traceId, span)) }],
    })),
    resourceLogs: grouped(logs).map(({ resource, scope, items }) => ({
      resource,
      scopeLogs: [{ scope, logRecords: items.map(lineOf) }],
    })),
  }
}

/** By the process and the library that they come from. */
function grouped<Item extends { resource: Attributes; scope: string }>(all: Item[]) {
  const groups = Map.groupBy(all, ({ resource, scope }) => JSON.stringify([resource, scope]))
  return [...groups.values()].flatMap((items) => {
    const [first] = items
    if (!first) return []
    const [name = '', version = ''] = first.scope.split('@')
    return [{ resource: { attributes: pairs(first.resource) }, scope: { name, version }, items }]
  })
}

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const
/** 4xx is a judgement of the console: of the sender it was no error. */
const codes = { unset: 0, ok: 1, error: 2, 'client-error': 0 } as const
const severities = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const

function spanOf(traceId: string, span: Span): object {
  return {
    traceId,
    spanId: ownId(span.spanId),
    parentSpanId: ownId(span.parentId ?? ''),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.start),
    // Added as integers: a double cannot hold the nanoseconds of a moment.
    endTimeUnixNano: String(BigInt(nanoseconds(span.start)) + BigInt(Math.round(span.duration * 1e6))),
    attributes: pairs(span.attributes),
    events: span.events.map(({ time, name, attributes }) => ({
      timeUnixNano: nanoseconds(time),
      name,
      attributes: pairs(attributes),
    })),
    links: span.links.map(({ attributes, ...ids }) => ({ ...ids, attributes: pairs(attributes) })),
    status: { code: codes[span.status], message: span.statusMessage },
  }
}

function lineOf({ time, level, body, structured, traceId, spanId, attributes }: LogLine): object {
  return {
    timeUnixNano: nanoseconds(time),
    severityNumber: severities[level],
    body: anyValue(structured ?? body),
    attributes: pairs(attributes),
    traceId: traceId ?? '',
    spanId: ownId(spanId ?? ''),
  }
}

/** Spans that shared an id got a suffix of the console's own. */
function ownId(spanId: string): string {
  return spanId.split('.')[0] ?? ''
}

function pairs(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Value): object {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: pairs(value) } }
}

/** Stored moments are whole microseconds. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n)
}
