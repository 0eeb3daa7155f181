/**
 * Ordinary weaknesses of the shop, each behind a switch of its own and adjusted by default: what is weak, how it shows, and what adjusts it.
 * demo/cli/weaknesses.md has the code and the measured gain of each.
 */

import { Failure } from '../terminal/failure.ts'
import { didYouMean } from '../terminal/similar.ts'

export interface Weakness {
  readonly name: string
  readonly service: string
  readonly weak: string
  readonly look: string
  readonly adjusted: string
}

export const weaknesses: readonly Weakness[] = [
  {
    name: 'n-plus-one',
    service: 'orders',
    weak: 'the list of orders reads each order by a query of its own',
    look: 'a trace of GET /orders has one SELECT for each order, and database operations by request of orders jump',
    adjusted: 'one query for the whole list',
  },
  {
    name: 'missing-index',
    service: 'orders',
    weak: 'the list of orders sorts a table of 150,000 rows, without an index on their time',
    look: 'the SELECT in a trace of GET /orders takes tens of milliseconds longer, while orders itself is idle',
    adjusted: 'an index on created_at',
  },
  {
    name: 'small-pool',
    service: 'orders',
    weak: 'orders has one connection to the database',
    look: 'requests of orders wait for a connection (dashboard Service, ConnectionPoolExhausted), and its traces have gaps before each query',
    adjusted: 'ten connections',
  },
  {
    name: 'cache-stampede',
    service: 'inventory',
    weak: 'when the catalogue has aged, every request reads it again itself',
    look: 'misses of the cache and database operations of inventory jump every five seconds, and p99 of GET /products with them',
    adjusted: 'one request reads it, the others get the aged one meanwhile',
  },
  {
    name: 'blocking-hash',
    service: 'orders',
    weak: 'orders hashes the e-mail address of a customer on the event loop',
    look: 'the delay of the event loop of orders rises, and traces of POST /orders begin with a gap',
    adjusted: 'the same hash in the thread pool',
  },
  {
    name: 'eager-retry',
    service: 'orders',
    weak: 'orders repeats a failed call at once, four times (switch on the fault payments-failing besides)',
    look: 'payments gets five requests for an order, all within milliseconds, while it fails',
    adjusted: 'one repetition, after a random pause',
  },
  {
    name: 'unbounded-list',
    service: 'inventory',
    weak: 'inventory keeps what it showed to customers without ever dropping it',
    look: 'the heap of inventory grows with every request and never falls; HeapNearLimit in the end',
    adjusted: 'what is older than a minute is dropped',
  },
  {
    name: 'lock-across-call',
    service: 'orders',
    weak: 'orders keeps the row of order numbers locked while payments authorises the card',
    look: 'traces have a call to payments between BEGIN and COMMIT, and an INSERT of orders.numbers that waits, while CPU is idle',
    adjusted: 'the number is taken last, after the call',
  },
]

export function findWeakness(name: string): Weakness {
  const weakness = weaknesses.find((candidate) => candidate.name === name)
  if (weakness) return weakness
  const names = weaknesses.map((candidate) => candidate.name)
  const listed = names.map((each) => `  ${each}`).join('\n')
  throw new Failure(`There is no weakness "${name}".${didYouMean(name, names)} These are there:\n\n${listed}`, {
    exitCode: 2,
  })
}
