/**
 * A trace in one line: its root, its time and what is in it, summed up over every segment that holds a part of it.
 */

import type { TraceSummary } from '../../contract/contract.ts'
import type { Segments } from '../segments/segments.ts'
import { extentOnOneClock } from './extent.ts'
import { hex } from './hex.ts'

type Part = [id: number, start: number, finish: number, spans: number, errors: number, root: number | null]

export function summaryOf(segments: Segments, traceId: Uint8Array): TraceSummary | undefined {
  let start = Number.POSITIVE_INFINITY
  let finish = 0
  let spans = 0
  let errors = 0
  let processes = 0
  let named: Operation | undefined
  let rooted = false
  const services = new Set<string>()
  for (const { statements } of segments.all()) {
    const part = statements.row<Part>(
      'SELECT id, start, finish, spans, errors, root FROM traces WHERE trace_id = ?',
      traceId,
    )
    if (!part) continue
    const [id, begun, ended, count, failed, root] = part
    const rows = statements.rows<[string]>(
      'SELECT service FROM resources WHERE id IN (SELECT DISTINCT resource FROM spans WHERE trace = ?)',
      id,
    )
    for (const [service] of rows) services.add(service)
    processes += rows.length
    if (root !== null || (!rooted && begun < start)) {
      const operation =
        root ?? statements.row<[number]>('SELECT operation FROM spans WHERE trace = ? ORDER BY start LIMIT 1', id)?.[0]
      named =
        statements.row<Operation>('SELECT name, service, route FROM operations WHERE id = ?', operation ?? 0) ?? named
      rooted ||= root !== null
    }
    start = Math.min(start, begun)
    finish = Math.max(finish, ended)
    spans += count
    errors += failed
  }
  if (spans === 0) return undefined
  const extent = processes > 1 ? extentOnOneClock(segments, traceId, spans) : undefined
  const [name, service, route] = named ?? ['', '', '']
  return {
    traceId: hex(traceId),
    ...(extent ?? { start: start / 1000, duration: (finish - start) / 1000 }),
    name,
    service,
    route: route || null,
    spans,
    errors,
    services: [service, ...[...services].filter((other) => other !== service).sort()],
    spanId: null,
  }
}

type Operation = [name: string, service: string, route: string]
