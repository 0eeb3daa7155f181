/**
 * What a program did while it ran: requests, errors, and its slowest routes with links to their traces.
 */

import type { Period } from '../report/period.ts'
import type { RunQuery } from '../report/report.ts'
import { clip, duration, plural, table } from '../report/text.ts'

const MOST_ROUTES = 5
const MOST_ERRORS = 3

export async function summaryOf(runQuery: RunQuery, period: Period, url: string): Promise<string[]> {
  const [{ services }, { errors }, { stored }] = await Promise.all([
    runQuery('/api/services', { ...period }),
    runQuery('/api/errors', { ...period }),
    runQuery('/api/status', {}),
  ])
  if (services.length === 0) return nothing(stored.newest !== null && stored.newest >= period.from)
  const requests = services.reduce((sum, { count }) => sum + count, 0)
  const failed = services.reduce((sum, { errors: failures }) => sum + failures, 0)
  const routes = await routesOf(runQuery, period, services)
  const rows = await Promise.all(
    routes.slice(0, MOST_ROUTES).map(async ({ service, route, count, p95 }) => {
      const { slowest } = await runQuery('/api/slow', { ...period, service, route })
      const link = slowest[0] ? linkTo(url, slowest[0].traceId) : ''
      return [clip(`${service} ${route}`, 60), String(count), duration(p95), link]
    }),
  )
  const groups = errors.filter(({ count }) => count > 0)
  return [
    '',
    `${plural(requests, 'request')}, ${plural(failed, 'error')}, from ${services.map(({ name }) => clip(name, 40)).join(', ')}`,
    ...(rows.length > 0 ? table([['slowest routes', 'requests', 'p95', 'slowest trace'], ...rows]) : []),
    ...groups
      .slice(0, MOST_ERRORS)
      .map(
        ({ type, place, count, traceId }) =>
          `${count} x ${clip(type, 60)} at ${clip(place, 80)}  ${traceId ? linkTo(url, traceId) : ''}`,
      ),
  ]
}

async function routesOf(runQuery: RunQuery, period: Period, services: { name: string }[]) {
  const found = await Promise.all(
    services.map(async ({ name: service }) => {
      const { routes } = await runQuery('/api/routes', { ...period, service })
      return routes.map((route) => ({ service, ...route }))
    }),
  )
  return found.flat().sort((a, b) => (b.p95 ?? 0) - (a.p95 ?? 0))
}

function linkTo(url: string, traceId: string): string {
  return new URL(`/trace/${traceId}`, url).href
}

function nothing(arrived: boolean): string[] {
  if (arrived) return ['', 'Spans, lines or points arrived, but of another time: is the clock of the program right?']
  return [
    '',
    'Nothing arrived. The program needs an OpenTelemetry SDK that sends over OTLP; for Node.js without a change of code:',
    '    npm install @lab/observe',
    '    observe-console run -- node --import @lab/observe/auto app.js',
  ]
}
