/**
 * What a shopper buys, and with which card.
 */

import type { NewOrder, Product } from './shop-client.ts'
import { chance, pick, upTo } from './think.ts'

const names = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Margaret', 'Alan', 'Frances', 'Tony', 'Radia']
/** Test cards of the demo's payment service. */
const cards = { good: '4242424242424242', declined: '4000000000000002' }
const declines = 0.1
const mostKinds = 3
const mostOfAKind = 2

/** An order of what is there; undefined when the shelf is empty. */
export function newOrder(products: readonly Product[]): NewOrder | undefined {
  const quantities = new Map<string, number>()
  const available = products.filter(({ stock }) => stock >= mostOfAKind)
  for (let kind = upTo(mostKinds); kind > 0; kind--) {
    const product = pick(available)
    if (product) quantities.set(product.sku, upTo(mostOfAKind))
  }
  if (quantities.size === 0) return undefined
  const name = pick(names) ?? 'Ada'
  return {
    customer: { name, email: `${name.toLowerCase()}@example.com` },
    items: [...quantities].map(([sku, quantity]) => ({ sku, quantity })),
    card: chance(declines) ? cards.declined : cards.good,
  }
}
