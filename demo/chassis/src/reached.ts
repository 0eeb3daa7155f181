/**
 * Readiness and dependencies. An instance is ready once it has reached its database: before that it can serve nothing. An
 * outage later is not its own: every instance has it, taking all of them out would only turn a 503 with Retry-After into a
 * refused connection. So the outage is a metric, `shop.database.up`, and the instance stays ready.
 */

import type { Observe } from '@lab/observe'
import type { Database } from './database.ts'
import { every } from './every.ts'

const MEASURE_SECONDS = 5

/** Readiness by the database, and the metric of whether it answers. Returns what stops measuring. */
export function watchDatabase(obs: Observe, database: Database): () => Promise<void> {
  const check = () => database.check()
  obs.health('postgres', reachedOnce(obs, check))
  return every(obs, MEASURE_SECONDS, 'measuring the database', databaseUp(obs, check))
}

/** A check for `obs.health` that fails until `reach` has succeeded once. */
export function reachedOnce(obs: Observe, reach: () => Promise<unknown>): () => Promise<void> {
  let reached = false
  return async function hasReached() {
    if (reached) return
    await obs.untraced(reach)
    reached = true
  }
}

/** The chore that records whether the database answers. */
export function databaseUp(obs: Observe, check: () => Promise<unknown>): () => Promise<void> {
  const up = obs.gauge('shop.database.up', {
    description: 'Whether the database answers this instance: 1 or 0.',
  })
  return async function measureDatabase() {
    const isUp = await obs.untraced(check).then(
      () => true,
      () => false,
    )
    up.record(isUp ? 1 : 0)
  }
}
