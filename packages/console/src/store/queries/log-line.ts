/**
 * A stored log line as the page gets it.
 */

import type { LogLine } from '../../contract/contract.ts'
import { logLevels } from '../search/filter.ts'
import { hexOrNull } from './hex.ts'

export const LOG_COLUMNS = `l.id, l.time, l.level, r.service, r.attributes, c.name, l.trace_id, l.span_id, l.body,
  l.attributes, l.structured FROM logs l JOIN resources r ON r.id = l.resource JOIN scopes c ON c.id = l.scope`

export type LogRow = [
  row: number,
  time: number,
  level: number,
  service: string,
  resource: string,
  scope: string,
  traceId: Uint8Array | null,
  spanId: Uint8Array | null,
  body: string,
  attributes: string,
  structured: string | null,
]

export function logLine(segment: number, row: LogRow): LogLine {
  const [id, time, level, service, resource, scope, traceId, spanId, body, attributes, structured] = row
  return {
    id: `${segment}.${id}`,
    time: time / 1000,
    level: logLevels[level] ?? 'info',
    service,
    body,
    ...(structured === null ? {} : { structured: JSON.parse(structured) }),
    traceId: hexOrNull(traceId),
    spanId: hexOrNull(spanId),
    attributes: JSON.parse(attributes),
    resource: JSON.parse(resource),
    scope,
  }
}
