/**
 * Which orders lack spans or lines, and whether a kill is the reason: what a service has not sent when it is killed is gone with its memory.
 * Being stopped for a while is no reason.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { Outage } from './outages.ts'
import type { Shop } from './shop.ts'
import type { Accepted } from './shoppers.ts'
import { type Missing, missingLines, missingSpans, readConsole, readJaeger, readLoki } from './signals.ts'

/** How long a span or a line may be in the memory of its service: a second until it is sent, and the time that takes. */
const UNSENT_MS = 3000
/** Spans and lines of the last order have arrived by then, on a busy machine, too. */
const ARRIVED_WITHIN_MS = 60_000
/** Questions to a backend at once. */
const AT_ONCE = 4

export interface Order extends Accepted {
  /** When its receipt was sent, in epoch milliseconds. */
  readonly sentAt: number
}

export interface Lost {
  readonly order: Order
  /** Such as `trace in Jaeger`. */
  readonly what: string
  readonly missing: Missing
}

/** What is missing after all had time to arrive. */
export async function findLost(shop: Shop, orders: readonly Order[]): Promise<Lost[]> {
  const deadline = Date.now() + ARRIVED_WITHIN_MS
  let incomplete = orders
  for (;;) {
    const lost = await lookFor(shop, incomplete)
    if (lost.length === 0 || Date.now() > deadline) return lost
    incomplete = [...new Set(lost.map(({ order }) => order))]
    await delay(5000)
  }
}

async function lookFor(shop: Shop, orders: readonly Order[]): Promise<Lost[]> {
  const begin = Math.min(...orders.map((order) => order.begin)) - 1000
  const loki = await readLoki(shop.urlOf('loki'), begin, Date.now())
  const lost: Lost[] = []
  const rest = [...orders]
  async function look(): Promise<void> {
    for (let order = rest.pop(); order; order = rest.pop()) {
      const { spans, services } = await readConsole(shop.urlOf('console'), order.traceId)
      const found: Record<string, Missing> = {
        'trace in the console': missingSpans(spans),
        'trace in Jaeger': missingSpans(await readJaeger(shop.urlOf('jaeger'), order.traceId)),
        'lines in the console': missingLines(services),
        'lines in Loki': missingLines(loki.get(order.traceId) ?? new Set()),
      }
      for (const [what, missing] of Object.entries(found)) if (missing.length > 0) lost.push({ order, what, missing })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, look))
  return lost
}

/** Whether the services that had what is missing were killed before they had sent it. */
export function isExcused({ order, missing }: Lost, outages: readonly Outage[]): boolean {
  const until = Math.max(order.end, order.sentAt) + UNSENT_MS
  const killed = outages.filter(({ kind, begin }) => kind === 'kill' && begin >= order.begin && begin <= until)
  return missing.every((services) => killed.some(({ victim }) => services.includes(victim)))
}
