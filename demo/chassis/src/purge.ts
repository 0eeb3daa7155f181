/**
 * Deletes what is older than its stated time, in small batches, so that no statement holds locks for long and two instances
 * share the work.
 */

import type { Observe } from '@lab/observe'
import type { Client } from './database.ts'

/** Days that orders, payments, reservations and receipts are kept, and the idempotency keys with their orders. */
const KEPT_DAYS = 30
/** Seconds between two purges. */
export const PURGE_SECONDS = 60 * 60
const BATCH = 500

/**
 * @param statement deletes at most `$2` rows that are older than `$1` days; `for update skip locked` shares them
 * @param what for the log line, such as `orders`
 */
export function purge(
  obs: Observe,
  client: Client,
  what: string,
  statement: string,
  days = KEPT_DAYS,
): () => Promise<void> {
  return async function purgeOld() {
    let total = 0
    for (;;) {
      const { rowCount } = await obs.untraced(() => client.query(statement, [days, BATCH]))
      total += rowCount ?? 0
      if ((rowCount ?? 0) < BATCH) break
    }
    if (total > 0) obs.log.info({ count: total, days }, `deleted old ${what}`)
  }
}
