/**
 * What the shop sells, with the stock as it is now.
 */

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Upstreams } from '../app.ts'
import { productSchema } from '../contracts.ts'

export function serveProducts(app: FastifyInstance, { inventory }: Upstreams): void {
  app.get('/api/products', () => inventory.call({ path: '/products', schema: z.array(productSchema) }))

  app.get<{ Params: { sku: string } }>('/api/products/:sku', ({ params }) =>
    inventory.call({ path: `/products/${encodeURIComponent(params.sku)}`, schema: productSchema }),
  )
}
