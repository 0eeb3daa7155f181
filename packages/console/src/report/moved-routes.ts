/**
 * Routes whose rate, errors or time differ between two periods.
 */

import type { Route } from '../contract/contract.ts'
import type { Change } from './change.ts'
import { asGiven, type Period } from './period.ts'
import type { RunQuery } from './report.ts'
import { clip, duration, number, percent } from './text.ts'

/** Below this many requests a percentile says little. */
const FEWEST = 5
/** Differences below these are noise: factors of time and rate, milliseconds, and a share of errors. */
const LEAST_FACTOR = 1.5
const LEAST_MS = 5
const LEAST_SHARE = 0.02
const LEAST_RATE_FACTOR = 2

type Owned = Route & { service: string }

export async function movedRoutes(runQuery: RunQuery, then: Period, now: Period): Promise<Change[]> {
  const [earlier, later] = await Promise.all([routesOf(runQuery, then), routesOf(runQuery, now)])
  const changes: Change[] = []
  for (const [id, route] of later) {
    const previous = earlier.get(id)
    if (previous) changes.push(...changesOf(previous, route, then, now))
    else if (earlier.size > 0 && route.count >= FEWEST)
      changes.push({ text: `new route ${nameOf(route)}: ${route.count} requests`, weight: 5, step: null })
  }
  for (const [id, route] of earlier) {
    if (later.has(id) || route.count < FEWEST) continue
    changes.push({ text: `no more requests for ${nameOf(route)}: ${route.count} before`, weight: 15, step: null })
  }
  return changes
}

async function routesOf(runQuery: RunQuery, period: Period): Promise<Map<string, Owned>> {
  const { services } = await runQuery('/api/services', { ...period })
  const found = new Map<string, Owned>()
  for (const { name: service, count } of services) {
    if (count === 0) continue
    const { routes } = await runQuery('/api/routes', { ...period, service })
    for (const route of routes) found.set(`${service}\0${route.route}`, { service, ...route })
  }
  return found
}

function* changesOf(previous: Owned, route: Owned, then: Period, now: Period): Generator<Change> {
  const given = { route: route.route, service: route.service }
  const enough = Math.min(previous.count, route.count) >= FEWEST
  if (enough && previous.p95 !== null && route.p95 !== null) {
    const factor = route.p95 / previous.p95
    const far = Math.abs(route.p95 - previous.p95) >= LEAST_MS
    const text = `${nameOf(route)}: p95 ${duration(route.p95)}, was ${duration(previous.p95)}`
    if (far && factor >= LEAST_FACTOR) {
      const step = {
        report: 'slow' as const,
        given: { ...given, ...asGiven(now) },
        why: `why ${clip(route.route, 80)} is slow`,
      }
      yield { text: `slower: ${text}`, weight: 20 + 15 * Math.log2(factor) + Math.log10(1 + route.count), step }
    } else if (far && factor <= 1 / LEAST_FACTOR) yield { text: `faster: ${text}`, weight: 3, step: null }
  }
  if (enough && route.errorShare - previous.errorShare >= LEAST_SHARE) {
    const text = `fails more often: ${nameOf(route)}: ${percent(route.errorShare)} of requests, was ${percent(previous.errorShare)}`
    const step = {
      report: 'errors' as const,
      given: { service: route.service, ...asGiven(now) },
      why: `the errors of ${clip(route.service, 60)}`,
    }
    yield { text, weight: 20 + 40 * (route.errorShare - previous.errorShare), step }
  }
  const rates = [previous.count / (then.to - then.from), route.count / (now.to - now.from)] as const
  const factor = rates[1] / rates[0]
  if (enough && (factor >= LEAST_RATE_FACTOR || factor <= 1 / LEAST_RATE_FACTOR)) {
    const text = `${factor > 1 ? 'more' : 'fewer'} requests: ${nameOf(route)}: ${number(rates[1] * 1000)} per second, was ${number(rates[0] * 1000)}`
    yield { text, weight: 4 + Math.abs(Math.log2(factor)), step: null }
  }
}

function nameOf({ service, route }: Owned): string {
  return `${clip(service, 60)} ${clip(route, 120)}`
}
