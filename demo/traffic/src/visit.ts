/**
 * One visit to the shop: look around, look closer, perhaps order and see how the order does. Each step is a trace of its
 * own that begins here, as it would in a browser.
 */

import type { Observe } from '@lab/observe'
import { newOrder } from './basket.ts'
import { type OrderResult, type ShopClient, ShopClosed, ShopFailed } from './shop-client.ts'
import { chance, pick } from './think.ts'

/** How a visit ended; the label of a metric. */
export type Outcome = 'left' | 'ordered' | 'declined' | 'sold_out' | 'refused' | 'trouble' | 'closed'

export interface VisitOptions {
  readonly obs: Observe
  readonly client: ShopClient
  /** Thinks. */
  readonly pause: () => Promise<void>
}

const closerLook = 0.75
const deadLink = 0.15
const buys = 0.45
const viewsOrder = 0.7

export async function visit({ obs, client, pause }: VisitOptions): Promise<Outcome> {
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const result = await obs.span(name, work)
    await pause()
    return result
  }
  try {
    const products = await step('browse the shelf', () => client.products())
    const product = pick(products)
    if (product && chance(closerLook)) {
      await step('look at a product', () => client.read(`/api/products/${encodeURIComponent(product.sku)}`))
    }
    if (chance(deadLink)) await step('follow a dead link', () => client.read('/api/products/discontinued'))
    const order = chance(buys) ? newOrder(products) : undefined
    if (!order) return 'left'
    const placed = await step('place an order', () => client.order(order))
    if (placed.kind === 'placed' && chance(viewsOrder)) {
      await step('look at the order', () => client.read(`/api/orders/${encodeURIComponent(placed.id)}`))
    }
    return outcomeOf(placed)
  } catch (error) {
    if (error instanceof ShopClosed) return 'closed'
    if (!(error instanceof ShopFailed)) throw error
    await pause()
    return 'trouble'
  }
}

function outcomeOf(placed: OrderResult): Outcome {
  if (placed.kind === 'placed') return placed.status === 'declined' ? 'declined' : 'ordered'
  if (placed.status === 402) return 'declined'
  return placed.status === 409 ? 'sold_out' : 'refused'
}
