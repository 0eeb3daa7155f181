/**
 * One trace whole: its spans and its log lines from every segment.
 */

import type { Attributes, LogLine, Span } from '../../contract/contract.ts'
import type { SpanDetails } from '../../otlp/record.ts'
import { kinds, statuses } from '../search/filter.ts'
import type { Segments } from '../segments/segments.ts'
import { hex, hexOrNull } from './hex.ts'
import { LOG_COLUMNS, type LogRow, logLine } from './log-line.ts'
import { withOwnIds } from './shared-ids.ts'

const MOST_SPANS = 50_000
const MOST_LOGS = 5000

type Row = [
  spanId: Uint8Array,
  parentId: Uint8Array,
  name: string,
  kind: number,
  service: string,
  resource: string,
  scope: string,
  start: number,
  duration: number,
  status: number,
  attributes: string,
  details: string | null,
]

export interface Stored {
  spans: Span[]
  logs: LogLine[]
  truncated: boolean
}

export function trace(segments: Segments, traceId: Uint8Array): Stored {
  const found: Span[] = []
  const lines: LogLine[] = []
  const resources = new Map<string, Attributes>()
  for (const segment of segments.all()) {
    const rows = segment.statements.rows<Row>(
      `SELECT s.span_id, s.parent_id, o.name, o.kind, r.service, r.attributes, c.name, s.start, s.duration, s.status,
         s.attributes, s.details
       FROM spans s JOIN operations o ON o.id = s.operation JOIN resources r ON r.id = s.resource
         JOIN scopes c ON c.id = s.scope
       WHERE s.trace = (SELECT id FROM traces WHERE trace_id = ?) LIMIT ${MOST_SPANS}`,
      traceId,
    )
    for (const row of rows) if (found.length < MOST_SPANS) found.push(spanOf(row, resources))
    const stored = segment.statements.rows<LogRow>(
      `SELECT ${LOG_COLUMNS} WHERE l.trace_id = ? ORDER BY l.time LIMIT ${MOST_LOGS}`,
      traceId,
    )
    for (const line of stored) lines.push(logLine(segment.number, line))
  }
  const { spans, logs } = withOwnIds(found, lines)
  return {
    // Of spans that begin in the same microsecond, the longer one is the parent.
    spans: spans.sort((a, b) => a.start - b.start || b.duration - a.duration),
    logs: logs.sort((a, b) => a.time - b.time).slice(0, MOST_LOGS),
    truncated: found.length >= MOST_SPANS || logs.length >= MOST_LOGS,
  }
}

function spanOf(row: Row, resources: Map<string, Attributes>): Span {
  const [spanId, parentId, name, kind, service, resource, scope, start, duration, status, attributes, details] = row
  const { message, events, links, dropped }: SpanDetails = details ? JSON.parse(details) : noDetails
  const process: Attributes = resources.get(resource) ?? JSON.parse(resource)
  resources.set(resource, process)
  return {
    spanId: hex(spanId),
    parentId: hexOrNull(parentId),
    name,
    service,
    kind: kinds[kind - 1] ?? 'internal',
    start: start / 1000,
    duration: duration / 1e6,
    status: statuses[status] ?? 'unset',
    statusMessage: message,
    attributes: JSON.parse(attributes),
    events: events.map((event) => ({ ...event, time: event.time / 1000 })),
    links,
    resource: process,
    scope,
    dropped: { attributes: dropped[0], events: dropped[1], links: dropped[2] },
  }
}

const noDetails: SpanDetails = { message: '', events: [], links: [], dropped: [0, 0, 0] }
