/**
 * Kills and stops each part of the shop in turn, and notes from when until when it was away.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { processTree } from '@demo/cli/usage'
import { servers } from '@demo/shop'
import type { Shop } from './shop.ts'
import type { Attempt, Route } from './shoppers.ts'

export interface Outage {
  readonly victim: string
  /** `kill` is SIGKILL: the keeper starts it again. `stop` is SIGSTOP, and SIGCONT some seconds later. */
  readonly kind: 'kill' | 'stop'
  /** Epoch milliseconds, until it was well again. */
  readonly begin: number
  readonly end: number
}

const victims = [...servers, 'postgres']

/** What each request needs: an answer of 5xx is right while one of these is away. */
const needs: Record<Route, readonly string[]> = {
  shelf: ['gateway', 'inventory', 'postgres'],
  order: ['gateway', 'orders', 'inventory', 'payments', 'postgres'],
  look: ['gateway', 'orders', 'postgres'],
}

/** Milliseconds after an outage in which connections are made again and the first attempt at an order may just have failed. */
const GRACE_MS = 3000
const LONGEST_STOP_MS = 10_000
const HEALTHY_WITHIN_MS = 120_000

/** Each victim is killed once and stopped once, evenly over `seconds`. */
export async function makeOutages(shop: Shop, seconds: number, onBegin: (what: string) => void): Promise<Outage[]> {
  const outages: Outage[] = []
  const plan = victims.flatMap((victim) => (['kill', 'stop'] as const).map((kind) => ({ victim, kind })))
  const slot = (seconds * 1000) / (plan.length + 1)
  const start = Date.now()
  for (const [index, { victim, kind }] of plan.entries()) {
    await delay(Math.max(0, start + (index + 0.5) * slot - Date.now()))
    onBegin(`${kind} ${victim}`)
    outages.push(await makeOutage(shop, victim, { kind, stopMs: Math.min(LONGEST_STOP_MS, slot / 3) }))
  }
  await delay(Math.max(0, start + seconds * 1000 - Date.now()))
  return outages
}

async function makeOutage(
  shop: Shop,
  victim: string,
  { kind, stopMs }: { kind: Outage['kind']; stopMs: number },
): Promise<Outage> {
  const pid = (await shop.pids()).get(victim)
  if (pid === undefined) throw new Error(`${victim} does not run.`)
  const begin = Date.now()
  if (kind === 'kill') process.kill(pid, 'SIGKILL')
  else {
    // Of PostgreSQL the sessions, too: its first process is not in the way of a query.
    const pids = await processTree(pid)
    for (const each of pids) signal(each, 'SIGSTOP')
    await delay(stopMs)
    for (const each of pids) signal(each, 'SIGCONT')
  }
  await untilWell(shop, victim, kind === 'kill' ? pid : undefined)
  return { victim, kind, begin, end: Date.now() }
}

async function untilWell(shop: Shop, victim: string, killed: number | undefined): Promise<void> {
  const deadline = Date.now() + HEALTHY_WITHIN_MS
  for (;;) {
    const pid = (await shop.pids()).get(victim)
    if (pid !== undefined && pid !== killed && (await shop.isWell(victim))) return
    if (Date.now() > deadline) throw new Error(`${victim} is not well after ${HEALTHY_WITHIN_MS / 1000} s.`)
    await delay(100)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // A session of PostgreSQL that has ended.
  }
}

/** Answers of 5xx, and requests without an answer, for which no outage of what they need is the reason. */
export function unexplained(attempts: readonly Attempt[], outages: readonly Outage[]): Attempt[] {
  return attempts.filter(({ route, begin, end, status }) => {
    if (status > 0 && status < 500) return false
    return !outages.some(
      (outage) => needs[route].includes(outage.victim) && begin <= outage.end + GRACE_MS && end >= outage.begin,
    )
  })
}
