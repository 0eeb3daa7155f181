/**
 * How full the queue is: what waits, how long the oldest of it has waited, and what could not be sent.
 */

import type { Database } from '@demo/chassis/database'
import { deadReceiptQueue, receiptQueue } from '@demo/chassis/queue'
import type { Observe } from '@lab/observe'

export interface QueueState {
  depth: number
  oldestAgeSeconds: number
  /** Receipts that could not be sent, however often it was tried. */
  dead: number
}

export async function readQueue(database: Database): Promise<QueueState> {
  const { rows } = await database.query<QueueState>(
    `select count(*) filter (where name = $1)::int as depth,
       coalesce(greatest(extract(epoch from now() - min(created_on) filter (where name = $1)), 0), 0)::float8
         as "oldestAgeSeconds",
       count(*) filter (where name = $2)::int as dead
     from pgboss.job where name in ($1, $2) and state < 'active'`,
    [receiptQueue, deadReceiptQueue],
  )
  return rows[0] ?? { depth: 0, oldestAgeSeconds: 0, dead: 0 }
}

/** Returns the chore that brings the metrics of the queue up to date. */
export function queueMetrics(obs: Observe, database: Database): () => Promise<void> {
  const depth = obs.gauge('shop.receipts.queue.depth', {
    description: 'Receipts that wait to be sent.',
    unit: '{receipt}',
  })
  const age = obs.gauge('shop.receipts.queue.oldest.age', {
    description: 'How long the oldest waiting receipt has waited.',
    unit: 's',
  })
  const dead = obs.gauge('shop.receipts.dead', {
    description: 'Receipts that could not be sent, however often it was tried.',
    unit: '{receipt}',
  })
  return async function measureQueue() {
    const state = await obs.untraced(() => readQueue(database))
    depth.record(state.depth)
    age.record(state.oldestAgeSeconds)
    dead.record(state.dead)
  }
}
