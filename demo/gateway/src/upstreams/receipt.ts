/**
 * The receipt of an order, from the notifier. The order can be shown without it, so a notifier that is down or slow
 * makes the receipt unknown, not the order an error.
 */

import { Problem } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import { receiptSchema } from './contracts.ts'
import type { Upstream } from './upstream.ts'

export type Receipt =
  | {
      readonly state: 'sent'
      readonly to: string
      readonly sentAt: string
      readonly traceId?: string | null | undefined
    }
  | { readonly state: 'pending' }
  | { readonly state: 'unknown' }
  /** The order came to nothing, so there is nothing to send. */
  | { readonly state: 'none' }

const statesWithReceipt = new Set(['pending', 'confirmed'])

/** What the page shows about the receipt of an order in this state. */
export function receiptFor(orderStatus: string, receipt: Receipt): Receipt {
  return statesWithReceipt.has(orderStatus) ? receipt : { state: 'none' }
}

interface ReceiptOptions {
  readonly obs: Observe
  /** Milliseconds. */
  readonly timeout: number
}

export async function readReceipt(
  notifier: Upstream,
  orderId: string,
  { obs, timeout }: ReceiptOptions,
): Promise<Receipt> {
  try {
    const path = `/receipts/${orderId}`
    const receipt = await notifier.call({ path, schema: receiptSchema, timeout, repeatable: false })
    return { state: 'sent', ...receipt }
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return { state: 'pending' }
    obs.log.warn({ err: error, orderId }, 'the state of the receipt is unknown')
    return { state: 'unknown' }
  }
}
