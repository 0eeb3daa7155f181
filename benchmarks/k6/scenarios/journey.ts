/**
 * A shopper's way through the shop, for k6: the shelf, a closer look, an order, the order's state. Each request carries a
 * `traceparent`, so that a slow one can be found in the traces.
 */
import { check, sleep } from 'k6'
import http from 'k6/http'
import { Counter } from 'k6/metrics'

const shop = __ENV.SHOP_URL ?? 'http://127.0.0.1:8080'

/** Orders that the shop confirmed. */
export const accepted = new Counter('orders_accepted')

// A declined card and an empty shelf are answers, not failures.
http.setResponseCallback(http.expectedStatuses(200, 201, 402, 409))

interface Product {
  sku: string
  stock: number
}

/** Shops once; `pause` is the longest time in seconds to think between two steps. */
export function shopOnce(pause: number): void {
  const shelf = http.get(`${shop}/api/products`, headers('browse'))
  check(shelf, { 'the shelf is shown': ({ status }) => status === 200 })
  const products = shelf.json() as unknown as Product[]
  const product = products[Math.floor(Math.random() * products.length)]
  if (product === undefined) return
  sleep(Math.random() * pause)
  const closer = http.get(`${shop}/api/products/${product.sku}`, headers('look'))
  check(closer, { 'the product is shown': ({ status }) => status === 200 })
  sleep(Math.random() * pause)
  order(product)
}

function order({ sku }: Product): void {
  const body = {
    customer: { name: 'Load Test', email: 'load@example.com' },
    items: [{ sku, quantity: 1 + Math.floor(Math.random() * 2) }],
    card: '4242424242424242',
  }
  const { headers: own, tags } = headers('order')
  const settings = { headers: { ...own, 'content-type': 'application/json', 'idempotency-key': hex(32) }, tags }
  const placed = http.post(`${shop}/api/orders`, JSON.stringify(body), settings)
  check(placed, { 'the order is answered': ({ status }) => status === 201 || status === 409 })
  if (placed.status !== 201) return
  accepted.add(1)
  const { id } = placed.json() as unknown as { id: string }
  const seen = http.get(`${shop}/api/orders/${id}`, headers('state'))
  check(seen, { 'the order is there': ({ status }) => status === 200 })
}

function headers(step: string) {
  return { headers: { traceparent: `00-${hex(32)}-${hex(16)}-01` }, tags: { name: step } }
}

function hex(digits: number): string {
  let text = ''
  while (text.length < digits) text += Math.floor(Math.random() * 16).toString(16)
  return text
}
