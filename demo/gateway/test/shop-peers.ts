/**
 * Peers that play a whole small shop: enough products to fill a shelf, orders that are kept, a card that is declined and
 * a receipt that comes a little later. For tests that drive the storefront as a person would.
 */

import { type Peers, type ReceivedRequest, startPeers } from './peers.ts'

export interface Product {
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly priceCents: number
  readonly image: string
  stock: number
}

export interface Shop {
  readonly peers: Peers
  readonly products: Product[]
  /** Orders by idempotency key. */
  readonly orders: ReadonlyMap<string, { readonly id: string; readonly traceId: string }>
  /** The notifier sends the receipt of every order. */
  sendReceipts(): void
}

interface NewOrder {
  readonly customer: { readonly email: string }
  readonly items: { readonly sku: string; readonly quantity: number }[]
  readonly card: string
}

const currency = 'EUR'
const createdAt = new Date().toISOString()
const declinedCard = '4000000000000002'

export async function startShop(): Promise<Shop> {
  const peers = await startPeers()
  const { inventory, orders: ordering, payments, notifier } = peers
  const products: Product[] = [
    product('tea-assam', 'Assam tea', 'Malty leaves for slow mornings, 250 g.', 1290, 'tea', 42),
    product('mug-blue', 'Blue mug', 'Stoneware, holds a little more than you expect.', 1850, 'cup', 3),
    product('sock-wool', 'Wool socks', 'Warm feet, quiet house.', 990, 'parcel', 0),
    product('plant-fern', 'Small fern', 'Forgives a forgotten week.', 1490, 'leaf', 17),
    product('book-maps', 'Book of maps', 'Places that may not exist.', 2990, 'parcel', 8),
    product('lamp-moon', 'Moon lamp', 'A crescent for the bedside table.', 4500, 'rarity', 5),
  ]
  const orders = new Map<string, ReturnType<typeof place>>()
  const faults = { body: { 'payments-slow': false } }
  for (const peer of [inventory, ordering, payments, notifier]) peer.on('GET /faults', faults)
  notifier.on('GET /queue', { body: { depth: 0, oldestAgeSeconds: 0 } })
  notifier.on('GET /alerts', { body: [] })
  inventory.on('GET /products', () => ({ body: products.map((entry) => ({ ...entry, currency })) }))
  ordering.on('GET /orders?limit=30', () => ({ body: [...orders.values()].toReversed() }))
  ordering.on('POST /orders', (request) => {
    const key = String(request.headers['idempotency-key'])
    const { card } = orderOf(request)
    if (card === declinedCard) {
      return { status: 402, body: { error: { code: 'declined', message: 'The bank declined the card.' } } }
    }
    const order = orders.get(key) ?? place(orderOf(request), products, orders.size)
    orders.set(key, order)
    ordering.on(`GET /orders/${order.id}`, { body: order })
    return { status: 201, body: order }
  })
  return {
    peers,
    products,
    orders,
    sendReceipts() {
      for (const { id, traceId } of orders.values()) {
        notifier.on(`GET /receipts/${id}`, { body: { orderId: id, to: 'ada@example.com', sentAt: createdAt, traceId } })
      }
    },
  }
}

function product(
  sku: string,
  name: string,
  description: string,
  priceCents: number,
  image: string,
  stock: number,
): Product {
  return { sku, name, description, priceCents, image, stock }
}

function orderOf({ body }: ReceivedRequest): NewOrder {
  return body as NewOrder
}

function place({ items }: NewOrder, products: Product[], count: number) {
  const lines = items.map(({ sku, quantity }) => {
    const found = products.find((entry) => entry.sku === sku)
    if (!found) throw new Error(`The test ordered ${sku}, which the shelf does not have.`)
    found.stock -= quantity
    return { sku, quantity, unitPriceCents: found.priceCents }
  })
  const id = `00000000-0000-4000-8000-${String(count + 1).padStart(12, '0')}`
  const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)
  const traceId = id.replaceAll('-', '').split('').toReversed().join('')
  return { id, status: 'confirmed', totalCents, currency, items: lines, traceId, createdAt }
}
