/**
 * Which services there are, how they are doing, who calls whom, and the routes that need a look.
 */

import type { Figures, Route } from '../contract/contract.ts'
import { asGiven, periodOf } from './period.ts'
import { type Given, limitOf, type Report, type RunQuery, type Step } from './report.ts'
import { clip, duration, number, percent, table } from './text.ts'

const MOST_SERVICES = 30
const MOST_ROUTES = 10

export async function servicesReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const period = periodOf(given)
  const { services, edges } = await runQuery('/api/map', period)
  const listed = services.toSorted((a, b) => b.count - a.count).slice(0, MOST_SERVICES)
  const routes = await Promise.all(
    listed.map(async ({ name: service }) => {
      const found = await runQuery('/api/routes', { ...period, service })
      return found.routes.map((route) => ({ service, ...route }))
    }),
  )
  const worst = routes.flat().sort(byErrorsThenTime).slice(0, limitOf(given, MOST_ROUTES))
  if (listed.length === 0) return nothing(runQuery)
  const lines = [
    'Services, over the period:',
    ...table([heading('service'), ...listed.map((each) => [clip(each.name, 60), ...figures(each)])]),
    ...(services.length > listed.length ? [`… and ${services.length - listed.length} more`] : []),
    '',
    'Routes, those with errors first, then the slowest:',
    ...table([heading('route'), ...worst.map((each) => [clip(`${each.service} ${each.route}`, 90), ...figures(each)])]),
    '',
    'Who calls whom:',
    ...table(
      edges
        .toSorted((a, b) => b.count - a.count)
        .slice(0, MOST_SERVICES)
        .map(({ from, to, ...each }) => [`${label(from)} > ${label(to)}`, ...figures(each)]),
    ),
  ]
  return { lines, data: { services: listed, routes: worst, edges }, next: stepsFrom(worst, asGiven(period)) }
}

type Owned = Route & { service: string }

function stepsFrom(worst: Owned[], period: Record<string, string>): Step[] {
  const [slowest] = worst.toSorted((a, b) => (b.p95 ?? 0) - (a.p95 ?? 0))
  const steps: Step[] = []
  if (worst.some(({ errors }) => errors > 0))
    steps.push({ report: 'errors', given: period, why: 'what the errors are' })
  if (slowest) {
    const { route, service } = slowest
    steps.push({ report: 'slow', given: { route, service, ...period }, why: 'what makes the slowest route slow' })
  }
  return [...steps, { report: 'changes', given: period, why: 'what is different from the time before' }]
}

/** Says where the data is, if it is outside the period. */
async function nothing(runQuery: RunQuery): Promise<Report> {
  const { stored, otlp } = await runQuery('/api/status', {})
  const { oldest, newest } = stored
  if (oldest === null || newest === null) {
    const lines = [`Nothing is stored yet. Send telemetry with OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}.`]
    return { lines, data: { services: [] }, next: [] }
  }
  const [since, until] = [new Date(oldest).toISOString(), new Date(newest + 1).toISOString()]
  return {
    lines: [`Nothing in this period. What is stored is from ${since} to ${until}.`],
    data: { services: [], oldest, newest },
    next: [{ report: 'services', given: { since, until }, why: 'everything that is stored' }],
  }
}

function byErrorsThenTime(a: Owned, b: Owned): number {
  return Number(b.errors > 0) - Number(a.errors > 0) || b.errorShare - a.errorShare || (b.p95 ?? 0) - (a.p95 ?? 0)
}

function heading(first: string): string[] {
  return [first, 'requests', 'per second', 'errors', 'p50', 'p95', 'p99']
}

function figures({ count, rate, errors, errorShare, p50, p95, p99 }: Figures): string[] {
  const failed = errors === 0 ? '0' : `${errors} (${percent(errorShare)})`
  return [String(count), number(rate), failed, duration(p50), duration(p95), duration(p99)]
}

function label(node: string): string {
  return clip(node.slice(node.indexOf(':') + 1), 60)
}
