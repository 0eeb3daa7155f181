/**
 * How full the queue is: what waits, and how long the oldest of it has waited.
 */

import type { Database } from '@demo/chassis/database'
import { receiptQueue } from '@demo/chassis/queue'
import type { Observe } from '@lab/observe'

export interface QueueState {
  depth: number
  oldestAgeSeconds: number
}

export async function readQueue(database: Database): Promise<QueueState> {
  const { rows } = await database.query<QueueState>(
    `select count(*)::int as depth,
       coalesce(greatest(extract(epoch from now() - min(created_on)), 0), 0)::float8 as "oldestAgeSeconds"
     from pgboss.job where name = $1 and state < 'active'`,
    [receiptQueue],
  )
  return rows[0] ?? { depth: 0, oldestAgeSeconds: 0 }
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
  return async function measureQueue() {
    const state = await obs.untraced(() => readQueue(database))
    depth.record(state.depth)
    age.record(state.oldestAgeSeconds)
  }
}
