/**
 * Errors grouped by type and place: exceptions before the answers of 5xx that they lead to, then the most frequent first.
 */

import { asGiven, periodOf } from './period.ts'
import { redactText } from './redact.ts'
import { type Given, limitOf, type Report, type RunQuery, type Step } from './report.ts'
import { clip, clock, plural } from './text.ts'

const USUAL = 10

export async function errorsReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const period = periodOf(given)
  const { service } = given
  const { errors } = await runQuery('/api/errors', { ...period, ...(service ? { service } : {}) })
  const groups = errors
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => Number(isEcho(a)) - Number(isEcho(b)) || b.count - a.count)
    .slice(0, limitOf(given, USUAL))
    .map(({ sparkline, ...group }) => ({ ...group, message: clip(redactText(group.message), 300) }))
  if (groups.length === 0) {
    const next: Step[] = [{ report: 'services', given: asGiven(period), why: 'how the services are doing' }]
    return { lines: ['No errors in this period.'], data: { errors: [] }, next }
  }
  const lines = groups.flatMap((group) => [
    `${group.count} x ${clip(group.type, 100)} in ${clip(group.service, 60)}, at ${clip(group.place, 160)}`,
    `    ${group.message || '(no message)'}`,
    `    first ${clock(group.firstSeen)}, last ${clock(group.lastSeen)}${group.traceId ? `, trace ${group.traceId}` : ''}`,
  ])
  const more = errors.length - groups.length
  return {
    lines: more > 0 ? [...lines, `… and ${plural(more, 'more group')}`] : lines,
    data: { errors: groups },
    next: groups.flatMap(({ traceId, type }): Step[] =>
      traceId ? [{ report: 'trace', given: { id: traceId }, why: `the newest ${clip(type, 60)}` }] : [],
    ),
  }
}

/** An answer of 5xx is usually what callers see of an exception elsewhere. */
function isEcho({ type }: { type: string }): boolean {
  return type.startsWith('HTTP ')
}
