/**
 * What an order is: the request it comes from, the states it goes through, what its callers see of it.
 */

import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { text } from '@demo/chassis'
import { z } from 'zod'

export const orderRequest = z.object({
  customer: z.object({
    name: text(200, 'expected a name'),
    email: z.email('expected an e-mail address').max(254),
  }),
  items: z
    .array(
      z.object({
        sku: text(64, 'expected a SKU'),
        quantity: z.int('expected a whole number').min(1, 'expected at least 1').max(100, 'expected 100 at most'),
      }),
    )
    .min(1, 'expected at least one item')
    .max(50, 'expected 50 items at most'),
  card: z.string().regex(/^\d{12,19}$/, 'expected a card number: 12 to 19 digits without spaces'),
})
export type OrderRequest = z.infer<typeof orderRequest>

export const idempotencyKey = z
  .string('the header Idempotency-Key is required: a value of your own, the same for each attempt at one order')
  .regex(/^[\x21-\x7e]{1,200}$/, 'the header Idempotency-Key takes 1 to 200 visible ASCII characters')

/** `rejected` is an order that could not have been placed, such as one for an unknown product. */
export type EndState = 'confirmed' | 'declined' | 'out_of_stock' | 'rejected' | 'failed'

export interface OrderItem {
  sku: string
  quantity: number
  /** Known once the stock is reserved. */
  unitPriceCents?: number
}

export interface Order {
  id: string
  status: 'pending' | EndState
  totalCents: number | null
  currency: string
  items: OrderItem[]
  traceId: string | null
  createdAt: Date
}

const derive = promisify(scrypt)
const FINGERPRINT_BYTES = 32

/**
 * Distinguishes requests that share a key, by the whole of them. The card number is in it, which a fast hash would let one
 * guess from the rest of the order: so it is scrypt, salted with the key. Takes some 30 ms, off the main thread.
 */
export async function fingerprintOf(key: string, { customer, items, card }: OrderRequest): Promise<string> {
  const parts = [customer.name, customer.email, items.map(({ sku, quantity }) => [sku, quantity]), card]
  const bytes = await derive(JSON.stringify(parts), key, FINGERPRINT_BYTES)
  if (!Buffer.isBuffer(bytes)) throw new TypeError('scrypt gives a buffer.')
  return bytes.toString('hex')
}
