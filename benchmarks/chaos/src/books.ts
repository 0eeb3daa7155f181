/**
 * Whether the books of the shop balance: orders, stock that is set aside, payments and receipts, in the one database.
 */

import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Accepted } from './shoppers.ts'

/** Longer than an order that was left behind waits for its recovery, and a receipt for its next attempt. */
const SETTLED_WITHIN_MS = 180_000

/** The demo's own traffic goes on: what is younger is on its way. */
function isOld(table: string): string {
  return `${table}.created_at < now() - interval '15 seconds'`
}

/** What must not be there, each by the query that counts it. */
const wrongs: Record<string, string> = {
  'orders still pending': `select count(*)::int as n from orders.orders as o where o.status = 'pending' and ${isOld('o')}`,
  'confirmed orders without their receipt': `select count(*)::int as n from orders.orders as o
    where o.status = 'confirmed' and ${isOld('o')} and not exists (select from notifier.receipts as r where r.order_id = o.id)`,
  'receipts without a confirmed order': `select count(*)::int as n from notifier.receipts as r
    where not exists (select from orders.orders as o where o.id = r.order_id and o.status = 'confirmed')`,
  'confirmed orders without their payment': `select count(*)::int as n from orders.orders as o
    where o.status = 'confirmed' and ${isOld('o')} and not exists (select from payments.payments as p
      where p.order_id = o.id and p.status = 'authorized' and p.amount_cents = o.total_cents)`,
  'payments without a confirmed order': `select count(*)::int as n from payments.payments as p
    where p.status = 'authorized' and ${isOld('p')} and not exists (select from orders.orders as o
      where o.id = p.order_id and o.status = 'confirmed')`,
  'confirmed orders without their stock': `select count(*)::int as n from orders.orders as o
    where o.status = 'confirmed' and ${isOld('o')} and not exists (select from inventory.reservations as r
      where r.order_id = o.id and r.released_at is null)`,
  'stock set aside without a confirmed order': `select count(*)::int as n from inventory.reservations as r
    where r.released_at is null and ${isOld('r')} and not exists (select from orders.orders as o
      where o.id = r.order_id and o.status = 'confirmed')`,
  'products with less than no stock': 'select count(*)::int as n from inventory.products where stock < 0',
}

/** Times of the receipts, in epoch milliseconds by order id, once the books balance; and what is wrong where they do not. */
export interface Books {
  readonly wrong: readonly string[]
  readonly sentAt: ReadonlyMap<string, number>
}

export async function readBooks(databaseUrl: string, accepted: readonly Accepted[]): Promise<Books> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const deadline = Date.now() + SETTLED_WITHIN_MS
    let wrong = await wrongNow(client, accepted)
    while (wrong.length > 0 && Date.now() < deadline) {
      await delay(1000)
      wrong = await wrongNow(client, accepted)
    }
    const { rows } = await client.query<{ id: string; at: Date }>(
      'select order_id as id, sent_at as at from notifier.receipts',
    )
    return { wrong, sentAt: new Map(rows.map(({ id, at }) => [id, at.getTime()])) }
  } finally {
    await client.end()
  }
}

async function wrongNow(client: pg.Client, accepted: readonly Accepted[]): Promise<string[]> {
  const found: string[] = []
  await client.query('begin transaction isolation level repeatable read')
  for (const [what, query] of Object.entries(wrongs)) {
    const count = (await client.query<{ n: number }>(query)).rows[0]?.n ?? 0
    if (count > 0) found.push(`${count} ${what}`)
  }
  const { rows } = await client.query<{ id: string; key: string }>(
    `select id, idempotency_key as key from orders.orders where status = 'confirmed'`,
  )
  await client.query('commit')
  const confirmed = new Map(rows.map(({ id, key }) => [key, id]))
  const lost = accepted.filter(({ id, key }) => confirmed.get(key) !== id)
  if (lost.length > 0) found.push(`${lost.length} accepted orders that are not confirmed, or under another id`)
  return found
}
