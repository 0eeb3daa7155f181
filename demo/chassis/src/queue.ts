/**
 * The queue between orders and notifier. It is part of the contract of both, so that whichever migrates first makes it.
 */

import { PgBoss } from 'pg-boss'
import { z } from 'zod'
import { boundedWaits } from './bounded-waits.ts'

/** Name of the queue of receipts to send. */
export const receiptQueue = 'receipt'

/** Name of the queue of receipts that could not be sent, however often it was tried: `pnpm demo resend` tries them again. */
export const deadReceiptQueue = 'receipt-dead'

const DEAD_KEPT_SECONDS = 30 * 24 * 60 * 60
/** Milliseconds that a statement of a migration may take. */
const MIGRATION_MS = 120_000

/** What a span that queues or takes a receipt says of the queue, by the semantic conventions for messaging. */
export const receiptAttributes = { 'messaging.system': 'pg-boss', 'messaging.destination.name': receiptQueue }

/** A job of the queue. */
export const receipt = z.object({
  orderId: z.uuid(),
  to: z.string(),
  name: z.string(),
  totalCents: z.int(),
  currency: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int(), unitPriceCents: z.int() })),
  /** Context of the trace in which the order was placed. */
  carrier: z.record(z.string(), z.string()),
})
export type Receipt = z.infer<typeof receipt>

/** How pg-boss connects: with bounded waits, as every other client of PostgreSQL. */
export function queueConnection(databaseUrl: string, queryMs = 10_000) {
  return { connectionString: databaseUrl, ...boundedWaits(queryMs) }
}

/** Makes or updates pg-boss's tables and the queues. Two at once wait for each other. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    ...queueConnection(databaseUrl, MIGRATION_MS),
    max: 1,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', () => 'start() and createQueue() reject with it too')
  await boss.start()
  try {
    await boss.createQueue(deadReceiptQueue, { deleteAfterSeconds: DEAD_KEPT_SECONDS })
    await boss.createQueue(receiptQueue)
    // Also where an older version made the queue with other settings.
    await boss.updateQueue(receiptQueue, {
      notify: true,
      deadLetter: deadReceiptQueue,
      expireInSeconds: 60,
      retryLimit: 15,
      retryDelay: 1,
      retryBackoff: true,
      deleteAfterSeconds: 24 * 60 * 60,
    })
  } finally {
    await boss.stop({ graceful: false })
  }
}
