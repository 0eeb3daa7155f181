/**
 * Placing orders and looking at them. An order is placed under an idempotency key, so that a repeated request, be it
 * the shopper's double click or the gateway's second attempt, places it once. Shoppers see their own orders.
 */

import { Problem, text } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { headersOf } from '../shopper.ts'
import { orderSchema } from '../upstreams/contracts.ts'
import { readReceipt, receiptFor } from '../upstreams/receipt.ts'
import type { Timeouts, Upstreams } from '../upstreams/upstream.ts'

const newOrderSchema = z.object({
  customer: z.object({
    name: text(100, 'give a name'),
    email: z.email('give an email address, such as ada@example.com').max(254, 'at most 254 characters'),
  }),
  items: z
    .array(
      z.object({
        sku: text(64),
        quantity: z.int('give a whole number').min(1, 'at least 1').max(99, 'at most 99'),
      }),
    )
    .min(1, 'the basket is empty')
    .max(50, 'at most 50 different products'),
  card: z.string().regex(/^\d{12,19}$/, 'give a card number: 12 to 19 digits without spaces'),
})

const idempotencyKeySchema = z
  .string('the header Idempotency-Key is missing: a value of your own, the same for each attempt at one order')
  .regex(/^[\x21-\x7e]{1,128}$/, 'the header Idempotency-Key has to be 1 to 128 visible ASCII characters')

/** An empty segment, or one of dots, would ask orders for another path. */
const orderId = z.uuid()

const listSchema = z.object({
  limit: z.coerce.number('give a whole number').int('give a whole number').min(1).max(100).default(20),
})

export interface OrdersOptions {
  readonly obs: Observe
  readonly timeouts: Timeouts
}

export function serveOrders(
  app: FastifyInstance,
  { orders, notifier }: Upstreams,
  { obs, timeouts }: OrdersOptions,
): void {
  app.post('/api/orders', async (request, reply) => {
    const body = newOrderSchema.parse(request.body)
    const key = idempotencyKeySchema.parse(request.headers['idempotency-key'])
    const order = await orders.call({
      method: 'POST',
      path: '/orders',
      headers: { 'idempotency-key': key, ...headersOf(request) },
      body,
      schema: orderSchema,
      timeout: timeouts.placingOrder,
    })
    return reply
      .code(201)
      .header('location', `/api/orders/${encodeURIComponent(order.id)}`)
      .send(order)
  })

  app.get('/api/orders', (request) => {
    const { limit } = listSchema.parse(request.query)
    const headers = headersOf(request)
    return orders.call({ path: `/orders?limit=${limit}`, headers, schema: z.array(orderSchema) })
  })

  app.get<{ Params: { id: string } }>('/api/orders/:id', async (request) => {
    const { data: id } = orderId.safeParse(request.params.id)
    if (id === undefined) throw new Problem(404, 'unknown_order', 'There is no such order.')
    const [order, receipt] = await Promise.all([
      orders.call({ path: `/orders/${id}`, headers: headersOf(request), schema: orderSchema }),
      readReceipt(notifier, id, { obs, timeout: timeouts.receipt }),
    ])
    return { ...order, receipt: receiptFor(order.status, receipt) }
  })
}
