/**
 * Log lines that match a search, or those of one trace, oldest first as one reads them.
 */

import type { LogLine } from '../contract/contract.ts'
import { periodOf } from './period.ts'
import { redact, redactText } from './redact.ts'
import { type Given, limitOf, type Report, type RunQuery, type Step } from './report.ts'
import { clip, clock, plural } from './text.ts'

const USUAL = 30
const LONGEST_LINE = 400
const EVER = { from: 0, to: Date.UTC(2199, 0) }

export async function logsReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const { trace } = given
  // The lines of a trace are wanted whenever they were written.
  const period = trace ? EVER : periodOf(given)
  const q = [given.search ?? '', trace ? `trace:${trace}` : ''].join(' ').trim()
  const { logs, next, complete, hint } = await runQuery('/api/logs', { ...period, q, limit: limitOf(given, USUAL) })
  const oldestFirst = logs.toReversed()
  const lines = oldestFirst.length > 0 ? oldestFirst.map(lineText) : [`No log line matches ${JSON.stringify(q)}.`]
  if (hint) lines.unshift(`(${hint})`)
  if (next || !complete) lines.unshift(`(the newest ${plural(logs.length, 'line')}; there are older ones)`)
  return { lines, data: { logs: oldestFirst.map(forProgram) }, next: stepsFrom(oldestFirst, trace) }
}

export function lineText({ time, level, service, body, traceId, attributes }: LogLine): string {
  const error = attributes['exception.message']
  const text = clip(redactText(body), LONGEST_LINE)
  const details =
    typeof error === 'string' && !body.includes(error) ? ` (${clip(redactText(error), LONGEST_LINE)})` : ''
  const from = traceId ? `  trace ${traceId}` : ''
  return `${clock(time)} ${level.toUpperCase().padEnd(5)} ${clip(service, 40)}: ${text}${details}${from}`
}

function forProgram({ time, level, service, body, traceId, spanId, attributes }: LogLine) {
  return {
    time,
    level,
    service,
    body: clip(redactText(body), LONGEST_LINE),
    traceId,
    spanId,
    attributes: Object.fromEntries(
      Object.entries(attributes)
        .slice(0, 30)
        .map(([key, value]) => {
          const shown = redact(key, value)
          return [key, typeof shown === 'string' ? clip(shown, LONGEST_LINE) : shown]
        }),
    ),
  }
}

function stepsFrom(logs: LogLine[], trace: string | undefined): Step[] {
  if (trace) return [{ report: 'trace', given: { id: trace }, why: 'the spans of this trace' }]
  const worst = logs.findLast(({ level, traceId }) => traceId && (level === 'error' || level === 'fatal'))
  const linked = worst ?? logs.findLast(({ traceId }) => traceId)
  return linked?.traceId ? [{ report: 'trace', given: { id: linked.traceId }, why: 'the request of this line' }] : []
}
