/**
 * Faults on command: what can be broken, in which services, and where to look then. The services do the breaking; each
 * answers to `/faults` on its admin port, next to its metrics.
 */

import { z } from 'zod'
import type { ServiceStatus } from '../modes/mode.ts'
import { Failure, reasonOf } from '../terminal/failure.ts'
import { didYouMean } from '../terminal/similar.ts'

export interface Fault {
  readonly name: string
  readonly services: readonly string[]
  readonly effect: string
  readonly look: string
  /** What is still to be seen some time after it ended. */
  readonly after?: string
}

/** Longer than any fault makes a service take, and than it takes to add the rows of `missing-index` on a busy machine. */
const requestTimeout = 60_000

/** Of those that fail or slow down requests of which an objective is kept. */
const alertsStay =
  'a burn-rate alert that it raised stays for some minutes, until the requests of that time have left its window'

export const faults: readonly Fault[] = [
  {
    name: 'payments-slow',
    services: ['payments'],
    effect: 'authorising a payment takes 1.5 s longer',
    look: 'the duration of POST /orders in orders and gateway rises, and a trace of it is mostly the call to payments',
    after: alertsStay,
  },
  {
    name: 'payments-failing',
    services: ['payments'],
    effect: 'payments answers most requests with errors',
    look: '5xx of payments rise, and orders fail after one retry; see `pnpm demo logs --level error --follow`',
    after: alertsStay,
  },
  {
    name: 'inventory-cold-cache',
    services: ['inventory'],
    effect: 'inventory forgets its cache, so that every read goes to PostgreSQL',
    look: 'the number of database calls of inventory jumps, and a trace of GET /products has a SELECT in it',
  },
  {
    name: 'database-slow',
    services: ['orders', 'inventory', 'notifier'],
    effect: 'every transaction takes 0.3 s longer',
    look: 'db.client.operation.duration rises in all three while CPU stays low, and receipts come late',
    after: alertsStay,
  },
  {
    name: 'orders-lock',
    services: ['orders'],
    effect: 'a session locks the table of the orders, and all who need it wait',
    look: 'orders answers 503 after 5 s, CPU is idle, and PostgreSQL says who holds the lock; see ops/finding-the-cause.md',
    after: alertsStay,
  },
  {
    name: 'notifier-stuck',
    services: ['notifier'],
    effect: 'the worker takes jobs and finishes none, so that no receipt is sent',
    look: 'the age of the queue rises while the notifier is healthy, and no trace of an order goes on to its receipt',
  },
  {
    name: 'gateway-leak',
    services: ['gateway'],
    effect: 'each request leaves some memory behind',
    look: 'the heap of gateway rises after each collection, its pauses get longer, and in the end it restarts',
    after: 'the memory is free again',
  },
  {
    name: 'inventory-blocked',
    services: ['inventory'],
    effect: 'each request to inventory keeps its event loop busy for 0.3 s',
    look: 'the delay of the event loop of inventory rises, and every request waits for those before it',
    after: alertsStay,
  },
]

export function findFault(name: string): Fault {
  const fault = faults.find((candidate) => candidate.name === name)
  if (fault) return fault
  const names = faults.map((candidate) => candidate.name)
  const listed = names.map((each) => `  ${each}`).join('\n')
  throw new Failure(`There is no fault "${name}".${didYouMean(name, names)} These are there:\n\n${listed}`, {
    exitCode: 2,
  })
}

const listSchema = z.record(z.string(), z.boolean())

/** Whether a service has the fault or weakness on; undefined when it does not answer. */
export async function isFaultOn(
  fault: { readonly name: string },
  service: ServiceStatus,
): Promise<boolean | undefined> {
  try {
    const response = await fetch(faultsUrl(service), { signal: AbortSignal.timeout(requestTimeout) })
    return listSchema.parse(await response.json())[fault.name] ?? false
  } catch {
    return undefined
  }
}

function faultsUrl({ metrics = '' }: ServiceStatus): string {
  return metrics.replace(/metrics$/, 'faults')
}

/** Switches a fault on or off in one service. Throws when the service did not take it. */
export async function switchFault(
  fault: { readonly name: string },
  service: ServiceStatus,
  enabled: boolean,
): Promise<void> {
  const url = `${faultsUrl(service)}/${fault.name}`
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enabled }),
      signal: AbortSignal.timeout(requestTimeout),
    })
    if (!response.ok) throw new Error(`it answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  } catch (cause) {
    throw new Failure(
      `${service.name} did not take the fault at PUT ${url}: ${reasonOf(cause)}. See how it is with \`pnpm demo status\`.`,
      { cause },
    )
  }
}
