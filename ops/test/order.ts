/**
 * A customer who buys one piece of what there is most of, in a trace that the test knows.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'

const shelfSchema = z.array(z.object({ sku: z.string(), stock: z.number() }))

/** Returns the trace id of an order that was confirmed. */
export async function placeOrder(gateway: string): Promise<string> {
  const shelf = shelfSchema.parse(await (await fetch(`${gateway}/api/products`)).json())
  const [{ sku } = { sku: '' }] = shelf.toSorted((one, other) => other.stock - one.stock)
  const traceId = randomBytes(16).toString('hex')
  const response = await fetch(`${gateway}/api/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
    },
    body: JSON.stringify({
      customer: { name: 'Ada', email: 'ada@example.org' },
      items: [{ sku, quantity: 1 }],
      card: '4242424242424242',
    }),
  })
  if (response.status !== 201)
    throw new Error(`The order was answered with ${response.status}: ${await response.text()}`)
  return traceId
}
