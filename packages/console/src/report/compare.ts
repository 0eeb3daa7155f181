/**
 * Two periods against each other: routes that became slower or fail more often, errors that are new, metrics that moved. What
 * changed since a moment is the same, against the time of the same length before it.
 */

import type { ErrorGroup } from '../contract/contract.ts'
import type { Change } from './change.ts'
import { movedMetrics } from './moved-metrics.ts'
import { movedRoutes } from './moved-routes.ts'
import { asGiven, before, type Period, periodOf } from './period.ts'
import { redactText } from './redact.ts'
import type { Given, Report, RunQuery, Step } from './report.ts'
import { clip, clock } from './text.ts'

const MOST_CHANGES = 15

export function changesReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const now = periodOf(given)
  return report(runQuery, before(now), now)
}

export function compareReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const now = periodOf(given)
  const then =
    given.before_since === undefined
      ? before(now)
      : periodOf({ since: given.before_since, until: given.before_until ?? asGiven(now).since })
  return report(runQuery, then, now)
}

async function report(runQuery: RunQuery, then: Period, now: Period): Promise<Report> {
  const found = await Promise.all([
    newErrors(runQuery, then, now),
    movedRoutes(runQuery, then, now),
    movedMetrics(runQuery, then, now),
  ])
  const changes = found.flat().sort((a, b) => b.weight - a.weight)
  const shown = changes.slice(0, MOST_CHANGES)
  const lines = [
    `${clock(now.from)} to ${clock(now.to)}, against ${clock(then.from)} to ${clock(then.to)}:`,
    ...(shown.length > 0 ? shown.map(({ text }) => `- ${text}`) : ['Nothing differs that is worth a look.']),
    ...(changes.length > shown.length ? [`… and ${changes.length - shown.length} smaller changes`] : []),
  ]
  const steps = shown.flatMap(({ step }) => step ?? [])
  return {
    lines,
    data: { now, then, changes: shown.map(({ text, weight }) => ({ text, weight })) },
    next: distinct(steps).slice(0, 5),
  }
}

async function newErrors(runQuery: RunQuery, then: Period, now: Period): Promise<Change[]> {
  const [earlier, later] = await Promise.all([
    runQuery('/api/errors', { ...then }),
    runQuery('/api/errors', { ...now }),
  ])
  const counts = new Map(earlier.errors.map(({ id, count }) => [id, count]))
  const share = (now.to - now.from) / (then.to - then.from)
  return later.errors.flatMap((group) => errorChange(group, (counts.get(group.id) ?? 0) * share, now) ?? [])
}

function errorChange(group: ErrorGroup, expected: number, now: Period): Change | undefined {
  const { count, service, type, place, message, traceId, firstSeen } = group
  if (count === 0 || count < expected * 2) return undefined
  const step: Step | null = traceId
    ? { report: 'trace', given: { id: traceId }, why: `the newest ${clip(type, 60)}` }
    : null
  const known = firstSeen < now.from
  const since = known
    ? `${count} times, expected ${Math.round(expected)}`
    : `${count} times, first at ${clock(firstSeen)}`
  const text = `${known ? 'more frequent' : 'new'} error ${clip(type, 80)} in ${clip(service, 60)} at ${clip(place, 120)}: ${since}: ${clip(redactText(message), 200)}`
  return { text, weight: (known ? 20 : 40) + 10 * Math.log10(1 + count - expected), step }
}

function distinct(steps: Step[]): Step[] {
  const seen = new Map<string, Step>()
  for (const step of steps) {
    const id = JSON.stringify([step.report, step.given])
    if (!seen.has(id)) seen.set(id, step)
  }
  return [...seen.values()]
}
