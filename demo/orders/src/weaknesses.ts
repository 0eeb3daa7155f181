/**
 * Weaknesses that change more than a branch of the code: an index that is missing, in a table that has grown, and a pool that is too
 * small.
 */

import type { Effects } from '@demo/chassis'
import { type Database, POOL_SIZE } from '@demo/chassis/database'
import type { OrderFault } from './order-faults.ts'

/** Orders of earlier years, without which the table is too small to miss an index. */
const OLD_ORDERS = 150_000
/** Inserted by one statement, so that each ends in time. */
const BATCH = 15_000

const SMALL_POOL = 1

export function orderEffects(database: Database): Effects<OrderFault> {
  return {
    'missing-index': (isWeak) => (isWeak ? dropIndex(database) : createIndex(database)),
    'small-pool': async (isWeak) => database.resize(isWeak ? SMALL_POOL : POOL_SIZE),
  }
}

/** After a restart every weakness is off, this one, too. */
export async function createIndex(database: Database): Promise<void> {
  await database.query('create index if not exists orders_by_time on orders.orders (created_at desc)')
  await database.query('create index if not exists orders_by_shopper on orders.orders (shopper, created_at desc)')
}

async function dropIndex(database: Database): Promise<void> {
  await addOldOrders(database)
  await database.query('drop index if exists orders.orders_by_shopper, orders.orders_by_time')
  await database.query('analyze orders.orders')
}

async function addOldOrders(database: Database): Promise<void> {
  const { rows } = await database.query<{ count: number }>(
    "select count(*)::int as count from orders.orders where created_at < now() - interval '300 days'",
  )
  for (let count = rows[0]?.count ?? 0; count < OLD_ORDERS; count += BATCH) {
    await database.query(
      `insert into orders.orders
         (id, idempotency_key, fingerprint, status, customer_name, customer_email, items, total_cents, created_at, ended_at)
       select gen_random_uuid(), gen_random_uuid()::text, '', 'confirmed', 'Earlier Customer', 'earlier@example.com',
         '[{"sku": "beans-colombia", "quantity": 1, "unitPriceCents": 1290}]', 1290, old.at, old.at
       from generate_series(1, $1::int) as each, lateral (select now() - interval '400 days' + each * interval '1 minute') as old (at)`,
      [BATCH],
    )
  }
}
