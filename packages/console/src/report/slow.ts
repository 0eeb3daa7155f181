/**
 * What makes a route slow: its slowest requests against its normal ones.
 */

import { asGiven, type Period, periodOf } from './period.ts'
import { redact } from './redact.ts'
import { BadRequest, type Given, type Report, type RunQuery, type Step } from './report.ts'
import { clip, clock, duration, percent, plural, table } from './text.ts'

const MOST = 8

export async function slowReport(runQuery: RunQuery, given: Given): Promise<Report> {
  const period = periodOf(given)
  const { route, service } = await routeOf(runQuery, period, given)
  const { parts, attributes, slowest, ...found } = await runQuery('/api/slow', { ...period, route, service })
  const { requests, threshold, median } = found
  const differing = attributes.map((each) => ({ ...each, value: String(redact(each.key, each.value)) })).slice(0, MOST)
  const slowParts = parts.filter(({ slow, normal }) => slow > normal).slice(0, MOST)
  const [most] = parts.toSorted((a, b) => b.slow - a.slow)
  const lines = [
    `${clip(service, 60)} ${clip(route, 120)}: ${plural(requests, 'request')}, median ${duration(median)}, the slowest twentieth from ${duration(threshold)}`,
    '',
    'Time on the critical path of one request, slow against normal:',
    ...table(
      slowParts.map(({ slow, normal, ...span }) => [
        `${duration(slow)} against ${duration(normal)}`,
        `${clip(span.service, 40)} ${clip(span.name, 120)}`,
      ]),
    ),
    '',
    ...(differing.length > 0
      ? [
          'Attributes that are more frequent, or rarer, among the slow ones:',
          ...table(
            differing.map(({ key, value, slow, others }) => [
              `${percent(slow)} against ${percent(others)}`,
              `${clip(key, 60)} = ${clip(value, 100)}`,
            ]),
          ),
        ]
      : ['No attribute tells slow requests from others.']),
    '',
    'The slowest:',
    ...table(slowest.slice(0, MOST).map(({ time, duration: took, traceId }) => [clock(time), duration(took), traceId])),
  ]
  const next: Step[] = slowest.slice(0, 1).map(({ traceId }) => ({
    report: 'trace',
    given: { id: traceId },
    why: most ? `one that spends its time in ${clip(most.name, 80)}` : 'the slowest one',
  }))
  return { lines, data: { service, route, ...found, parts, attributes: differing, slowest }, next }
}

/** The route as it is called, found by a part of its name too. */
async function routeOf(runQuery: RunQuery, period: Period, given: Given): Promise<{ route: string; service: string }> {
  const wanted = (given.route ?? '').toLowerCase()
  const { services } = await runQuery('/api/services', period)
  const all = await Promise.all(
    services
      .filter(({ name, count }) => count > 0 && (given.service === undefined || given.service === name))
      .map(async ({ name: service }) => {
        const { routes } = await runQuery('/api/routes', { ...period, service })
        return routes.map(({ route, count }) => ({ service, route, count }))
      }),
  )
  const routes = all.flat().sort((a, b) => b.count - a.count)
  const found =
    routes.find(({ route }) => route.toLowerCase() === wanted) ??
    routes.find(({ route }) => route.toLowerCase().includes(wanted))
  if (found) return found
  const known = routes.slice(0, 10).map(({ service, route }) => `${service} ${route}`)
  const { since, until } = asGiven(period)
  throw new BadRequest(
    `No route ${JSON.stringify(given.route)} from ${since} to ${until}. ${known.length > 0 ? `There are: ${known.join('; ')}.` : 'There is none at all.'}`,
  )
}
