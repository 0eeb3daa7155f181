/**
 * The queue between orders and notifier. It is part of the contract of both, so that whichever migrates first makes it.
 */

import { PgBoss } from 'pg-boss'
import { z } from 'zod'

/** Name of the queue of receipts to send. */
export const receiptQueue = 'receipt'

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

/** Makes or updates pg-boss's tables and the queue. Two at once wait for each other. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 1,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', () => 'start() and createQueue() reject with it too')
  await boss.start()
  try {
    await boss.createQueue(receiptQueue, {
      notify: true,
      expireInSeconds: 60,
      retryLimit: 100,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 60,
      deleteAfterSeconds: 24 * 60 * 60,
    })
  } finally {
    await boss.stop({ graceful: false })
  }
}
