/**
 * Traces that match a search, one line each.
 */

import { asGiven, periodOf } from './period.ts'
import { BadRequest, type Given, limitOf, type Report, type RunQuery, type Step } from './report.ts'
import { clip, clock, duration, plural, table } from './text.ts'

const USUAL = 20

export async function tracesReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const period = periodOf(given)
  const q = given.search ?? ''
  const answer = await runQuery('/api/traces', {
    ...period,
    q,
    limit: limitOf(given, USUAL),
    ...(given.sort ? { sort: rankOf(given.sort) } : {}),
  })
  const { traces, complete, next, hint, across } = answer
  const rows = traces.map(({ start, duration: took, service, name, route, spans, errors, traceId }) => [
    clock(start),
    duration(took),
    clip(`${service} ${route ?? name}`, 80),
    plural(spans, 'span'),
    errors > 0 ? plural(errors, 'error') : '',
    traceId,
  ])
  const lines = rows.length > 0 ? table(rows) : [`No trace matches ${JSON.stringify(q)} in this period.`]
  if (across) lines.unshift('(no single span meets all of it: these meet the conditions in different spans)')
  if (hint) lines.unshift(`(${hint})`)
  if (!complete) lines.push('The search stopped for time: choose a shorter period to see all of it.')
  else if (next) lines.push('There are more: narrow the search or the period.')
  return { lines, data: { traces }, next: stepsFrom(traces, asGiven(period)) }
}

const ranks = ['duration', 'spans', 'errors'] as const

function rankOf(sort: string): (typeof ranks)[number] {
  const rank = ranks.find((each) => each === sort)
  if (!rank) throw new BadRequest(`sort cannot be ${JSON.stringify(sort)}: write one of ${ranks.join(', ')}.`)
  return rank
}

function stepsFrom(
  traces: { traceId: string; errors: number; duration: number }[],
  period: Record<string, string>,
): Step[] {
  const failed = traces.find(({ errors }) => errors > 0)
  const [slowest] = traces.toSorted((a, b) => b.duration - a.duration)
  const steps: Step[] = []
  if (failed) steps.push({ report: 'trace', given: { id: failed.traceId }, why: 'the newest one with an error' })
  if (slowest && slowest !== failed)
    steps.push({ report: 'trace', given: { id: slowest.traceId }, why: 'the slowest one listed' })
  return traces.length > 0 ? steps : [{ report: 'services', given: period, why: 'what there is in this period' }]
}
