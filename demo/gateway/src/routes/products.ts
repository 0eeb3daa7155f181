/**
 * What the shop sells, with the stock as it is now.
 */

import { text } from '@demo/chassis'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { productSchema } from '../upstreams/contracts.ts'
import type { Upstreams } from '../upstreams/upstream.ts'

/** `.` and `..` are no product: a URL would take them as a step up. */
const sku = text(64, 'name a product').regex(/[^.]/, 'name a product')

export function serveProducts(app: FastifyInstance, { inventory }: Upstreams): void {
  app.get('/api/products', () => inventory.call({ path: '/products', schema: z.array(productSchema) }))

  app.get<{ Params: { sku: string } }>('/api/products/:sku', ({ params }) =>
    inventory.call({ path: `/products/${encodeURIComponent(sku.parse(params.sku))}`, schema: productSchema }),
  )
}
