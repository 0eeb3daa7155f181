/**
 * A shop that was well and then has a fault: ordinary traffic for ten minutes, then ten minutes with a slow query, a failing payment or
 * a service that leaks. For tests of what finds the cause.
 */

import type { Running } from './running-console.ts'
import { type Journey, type Json, journey, nanoseconds, requestsOf, resourceOf } from './shop.ts'

const MINUTE = 60_000
const REQUESTS = 40

export type Fault = 'slow query' | 'failing payment' | 'leaking service'

export async function sendFault(running: Running, fault: Fault, now: number): Promise<void> {
  const well = traffic(now - 19.5 * MINUTE, 0.9)
  const later = traffic(now - 9.5 * MINUTE, 0.9)
  const journeys = {
    'slow query': later.map((one) => slower(one, 'SELECT', 900)),
    'failing payment': [...later, ...traffic(now - 9 * MINUTE, 1).filter((_, index) => index % 3 === 0)],
    'leaking service': later,
  }[fault]
  const { traces, logs } = requestsOf([...well, ...journeys])
  await running.send('traces', traces)
  await running.send('logs', logs)
  await running.send('metrics', memory(now, fault === 'leaking service'))
}

/** Requests over nine minutes; from a luck of 0.94 on their payment fails. */
function traffic(from: number, luckiest: number): Journey[] {
  return Array.from({ length: REQUESTS }, (_, index) =>
    journey({
      at: from + (index * 9 * MINUTE) / REQUESTS,
      luck: luckiest === 1 ? 0.97 : (index / REQUESTS) * luckiest,
    }),
  )
}

/** The story with one query that takes longer, and everything that waits for it. */
function slower(story: Journey, name: string, ms: number): Journey {
  const all = [...story.spans.values()].flat()
  const query = all.find((span) => String(span.name).startsWith(name))
  if (!query) return story
  const end = BigInt(String(query.endTimeUnixNano))
  const waits = (span: Json) => BigInt(String(span.endTimeUnixNano)) >= end
  const move = (span: Json) => ({
    ...span,
    endTimeUnixNano: String(BigInt(String(span.endTimeUnixNano)) + BigInt(ms) * 1_000_000n),
  })
  const spans = [...story.spans].map(([service, list]): [string, Json[]] => [
    service,
    list.map((span) => (waits(span) ? move(span) : span)),
  ])
  return { ...story, spans: new Map(spans) }
}

function memory(now: number, leaks: boolean): Json {
  const points = Array.from({ length: 40 }, (_, index) => {
    const time = now - 20 * MINUTE + index * 30_000
    const leaked = leaks && index >= 20 ? (index - 19) * 20_000_000 : 0
    return { timeUnixNano: nanoseconds(time), asInt: String(80_000_000 + (index % 3) * 1_000_000 + leaked) }
  })
  const metric = { name: 'process.memory.usage', unit: 'By', gauge: { dataPoints: points } }
  return { resourceMetrics: [{ resource: resourceOf('payments'), scopeMetrics: [{ metrics: [metric] }] }] }
}
