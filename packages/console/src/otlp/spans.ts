/**
 * An ExportTraceServiceRequest to span records.
 */

import { attributesOf } from './attributes.ts'
import { difference, microseconds } from './int64.ts'
import type { SpanMessage, TraceRequest } from './message.ts'
import {
  type Accepted,
  badTime,
  isId,
  oddTime,
  reject,
  resourceOf,
  type SpanDetails,
  type SpanRecord,
  scopeOf,
  warn,
} from './record.ts'

export function spansOf(request: TraceRequest): Accepted<SpanRecord> {
  const accepted: Accepted<SpanRecord> = { records: [], rejected: 0, reason: '' }
  for (const { resource: from, scopeSpans } of request.resourceSpans) {
    const resource = resourceOf(from)
    for (const { scope: scoped, spans } of scopeSpans) {
      const scope = scopeOf(scoped)
      for (const span of spans) {
        const start = microseconds(span.startTimeUnixNano)
        const problem = badId(span) || badTime(start)
        if (problem) {
          reject(accepted, `Span ${JSON.stringify(span.name.slice(0, 80))} was refused: ${problem}.`)
        } else {
          accepted.records.push({ ...recordOf(span), start, resource, scope })
          warn(accepted, oddTime(start))
        }
      }
    }
  }
  return accepted
}

function badId(span: SpanMessage): string {
  if (!isId(span.traceId, 16)) return 'its trace id is not 16 bytes (32 hex digits in JSON) other than zero'
  return isId(span.spanId, 8) ? '' : 'its span id is not 8 bytes (16 hex digits in JSON) other than zero'
}

function recordOf(span: SpanMessage): Omit<SpanRecord, 'start' | 'resource' | 'scope'> {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentId: isId(span.parentSpanId, 8) ? span.parentSpanId : none,
    name: span.name,
    kind: span.kind >= 1 && span.kind <= 5 ? span.kind : 1,
    duration: Math.min(Math.max(0, difference(span.endTimeUnixNano, span.startTimeUnixNano)), LONGEST),
    status: span.status?.code === 1 || span.status?.code === 2 ? span.status.code : 0,
    attributes: attributesOf(span.attributes),
    details: detailsOf(span),
  }
}

const none = new Uint8Array(0)
const LONGEST = Number.MAX_SAFE_INTEGER

function detailsOf(span: SpanMessage): SpanDetails | null {
  const message = span.status?.message ?? ''
  const dropped = span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount
  if (message === '' && span.events.length === 0 && span.links.length === 0 && dropped === 0) return null
  return {
    message,
    events: span.events.map((event) => ({
      time: microseconds(event.timeUnixNano),
      name: event.name,
      attributes: attributesOf(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: Buffer.from(link.traceId).toString('hex'),
      spanId: Buffer.from(link.spanId).toString('hex'),
      attributes: attributesOf(link.attributes),
    })),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  }
}
