/**
 * What the services behind the gateway answer, as far as the storefront uses it. Fields beyond these are not passed on.
 */

import { z } from 'zod'

export const productSchema = z.object({
  sku: z.string(),
  name: z.string(),
  description: z.string(),
  priceCents: z.int(),
  currency: z.string(),
  image: z.string(),
  stock: z.int(),
})

export const orderSchema = z.object({
  id: z.string(),
  status: z.string(),
  /** Known, like the prices of the items, once the stock is reserved. */
  totalCents: z.int().nullable(),
  currency: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int(), unitPriceCents: z.int().optional() })),
  traceId: z.string().nullish(),
  createdAt: z.string(),
})

export const receiptSchema = z.object({ to: z.string(), sentAt: z.string(), traceId: z.string().nullish() })

export const queueSchema = z.object({ depth: z.number(), oldestAgeSeconds: z.number().nullish() })

export const alertsSchema = z.array(
  z.object({
    name: z.string(),
    service: z.string().optional(),
    severity: z.string().optional(),
    status: z.enum(['firing', 'resolved']),
    summary: z.string().optional(),
    description: z.string().optional(),
    /** Becomes a link, so nothing but a page will do. */
    runbookUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .catch(undefined),
    startsAt: z.string(),
    endsAt: z.string().optional(),
  }),
)

export const faultsSchema = z.record(z.string(), z.boolean())
