/**
 * One trace as a compact tree: what is on the critical path, what failed, and what took long. Alike siblings are one line, and what
 * matters least is left out where the tree is large.
 */

import type { Span, Trace, Value } from '../contract/contract.ts'
import { lineText } from './logs.ts'
import { redact, redactText } from './redact.ts'
import { BadRequest, type Given, limitOf, type Report, type RunQuery, type Step } from './report.ts'
import { clip, clock, duration, plural, table } from './text.ts'
import { type Branch, branchesOf } from './trace-tree.ts'

const USUAL_LINES = 50
const MOST_LOGS = 10
const LONGEST_VALUE = 200

export async function traceReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const id = idOf(given.id ?? '')
  const trace = await runQuery('/api/trace', { id })
  const { spans, logs, start, clocks } = trace
  const own = ownTimes(trace)
  const errors = spans.filter(({ status }) => status === 'error')
  const [root] = spans
  const { branches, left } = branchesOf(spans, own, limitOf(given, USUAL_LINES))
  const bad = logs.filter(({ level }) => level === 'warn' || level === 'error' || level === 'fatal')
  const shown = (bad.length > 0 ? bad : logs).slice(0, MOST_LOGS)
  const lines = [
    `trace ${id}: ${clip(root?.name ?? '(no span)', 100)}, ${clock(start)}, ${duration(trace.duration)}, ${plural(spans.length, 'span')}, ${plural(errors.length, 'error')}`,
    ...clocks.map(
      ({ service, offset }) => `(the clock of ${clip(service, 60)} was corrected by ${duration(Math.abs(offset))})`,
    ),
    ...(trace.truncated ? ['(the trace is larger than what is read)'] : []),
    '* on the critical path, with the time that it adds itself; ! failed',
    ...branches.flatMap((branch) => branchLines(branch, start)),
    ...(left > 0 ? [`… ${plural(left, 'span')} left out: short ones off the critical path, without errors`] : []),
    '',
    'Where the time went:',
    ...table(heaviest(trace, own).map(({ label, ms, share }) => [duration(ms), `${share} %`, label])),
    ...(shown.length > 0
      ? ['', `${plural(logs.length, 'log line')}${bad.length > 0 ? `, ${bad.length} from warn on` : ''}:`]
      : []),
    ...shown.map((line) => lineText({ ...line, traceId: null })),
  ]
  const data = { traceId: id, start, duration: trace.duration, spans: spans.length, errors: errors.length }
  return {
    lines,
    data: { ...data, tree: branches.map(forProgram), timeSpent: heaviest(trace, own) },
    next: stepsFrom(trace, shown.length),
  }
}

/** A trace id in any of the forms in which it is copied: dashed, upper case, or a whole `traceparent`. */
function idOf(text: string): string {
  const given = text.trim().toLowerCase()
  const id = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(given)?.[1] ?? given.replaceAll('-', '')
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw new BadRequest(`${JSON.stringify(clip(text, 60))} is not a trace id: it has 32 hex digits.`)
}

/** Milliseconds that each span adds to the critical path. */
function ownTimes({ criticalPath }: Trace): Map<string, number> {
  const own = new Map<string, number>()
  for (const { spanId, start, end } of criticalPath) own.set(spanId, (own.get(spanId) ?? 0) + end - start)
  return own
}

function branchLines({ span, depth, own, alike, total }: Branch, start: number): string[] {
  const mark = `${own === undefined ? ' ' : '*'}${span.status === 'error' ? '!' : ' '}`
  const indent = '  '.repeat(Math.min(depth, 20))
  const times = alike > 1 ? `${alike} x, ${duration(total)} together` : duration(span.duration)
  const added = own === undefined || alike > 1 ? '' : `, adds ${duration(own)}`
  const head = `${mark} ${indent}${clip(span.service, 40)}: ${clip(span.name, 120)} [${span.kind}] ${times}${added}, at +${duration(span.start - start)}`
  const isNotable = span.status === 'error' || (own ?? 0) > 0
  return isNotable ? [head, ...detailsOf(span).map((text) => `   ${indent}    ${text}`)] : [head]
}

/** Attributes that say what a span did, in the order of interest. */
const KEY_ATTRIBUTES = [
  'http.response.status_code',
  'url.full',
  'url.path',
  'db.query.text',
  'db.statement',
  'db.response.returned_rows',
  'server.address',
  'messaging.destination.name',
  'rpc.method',
  'error.type',
]

function detailsOf({ attributes, events, statusMessage, status }: Span): string[] {
  const known = KEY_ATTRIBUTES.flatMap((key) => {
    const value = attributes[key]
    return value === undefined || value === null ? [] : `${key}=${valueText(key, value)}`
  })
  const exception = events.findLast(({ name }) => name === 'exception')
  const failure =
    status === 'error'
      ? [
          valueText('exception.type', exception?.attributes['exception.type'] ?? ''),
          exceptionText(statusMessage, exception?.attributes),
        ]
          .filter(Boolean)
          .join(': ')
      : ''
  return [known.join(' '), clip(redactText(failure), 400)].filter(Boolean)
}

function exceptionText(fallback: string, attributes: Record<string, Value> | undefined): string {
  const message = attributes?.['exception.message']
  const frame = String(attributes?.['exception.stacktrace'] ?? '')
    .split('\n')
    .find((line) => /^\s*(at |File )/.test(line) && !/node_modules|node:/.test(line))
  return [typeof message === 'string' && message !== '' ? message : fallback, frame?.trim() ?? '']
    .filter(Boolean)
    .join(' ')
}

function valueText(key: string, value: Value): string {
  const shown = redact(key, value)
  return clip(typeof shown === 'object' ? JSON.stringify(shown) : String(shown), LONGEST_VALUE)
}

function heaviest(
  { spans, duration: whole }: Trace,
  own: Map<string, number>,
): { label: string; ms: number; share: number }[] {
  const totals = new Map<string, number>()
  for (const { spanId, service, name } of spans) {
    const ms = own.get(spanId) ?? 0
    const label = `${clip(service, 40)}: ${clip(name, 120)}`
    if (ms > 0) totals.set(label, (totals.get(label) ?? 0) + ms)
  }
  return [...totals]
    .map(([label, ms]) => ({ label, ms, share: whole > 0 ? Math.round((ms / whole) * 100) : 0 }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 6)
}

function forProgram({ span, depth, own, alike, total }: Branch) {
  const { spanId, parentId, service, name, kind, start, duration: took, status } = span
  return {
    spanId,
    parentId,
    depth,
    service,
    name,
    kind,
    start,
    duration: took,
    status,
    criticalMs: own ?? 0,
    alike,
    total,
  }
}

function stepsFrom({ traceId, logs }: Trace, shown: number): Step[] {
  return logs.length > shown
    ? [{ report: 'logs', given: { trace: traceId }, why: `all ${logs.length} log lines of it` }]
    : []
}
