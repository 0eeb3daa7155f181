/**
 * The receipts. Sending one means writing it down: a row per order, which exists once however often it is asked for.
 */

import { Problem } from '@demo/chassis'
import type { Database } from '@demo/chassis/database'
import type { Receipt } from '@demo/chassis/queue'

/** Deletes at most `$2` receipts that are older than `$1` days. */
export const purgeReceipts = `
  delete from notifier.receipts where order_id in (
    select order_id from notifier.receipts where sent_at < now() - make_interval(days => $1)
    limit $2 for update skip locked)`

export interface SentReceipt {
  orderId: string
  to: string
  sentAt: Date
  traceId: string | null
}

/** Sends the receipt of an order; false where it was sent before. */
export async function sendReceipt(
  database: Database,
  { orderId, to, totalCents, currency }: Receipt,
  traceId: string | undefined,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `insert into notifier.receipts (order_id, recipient, total_cents, currency, trace_id)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [orderId, to, totalCents, currency, traceId ?? null],
  )
  return rowCount === 1
}

export async function findReceipt(database: Database, orderId: string): Promise<SentReceipt> {
  const { rows } = await database.query<SentReceipt>(
    `select order_id as "orderId", recipient as "to", sent_at as "sentAt", trace_id as "traceId"
     from notifier.receipts where order_id = $1`,
    [orderId],
  )
  if (!rows[0]) throw new Problem(404, 'no_receipt', `No receipt was sent for order ${orderId} so far.`)
  return rows[0]
}
