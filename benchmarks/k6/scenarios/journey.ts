/**
 * Ways through the shop, for k6: a shopper browses the shelf, looks closer at something, looks at the
 * orders so far, or orders and looks at the order. Each request has a
 * `traceparent` of its own and carries the trace id with its samples, so that a slow one can be found in the traces.
 */
import { check } from 'k6'
import exec from 'k6/execution'
import http, { type RefinedResponse } from 'k6/http'
import { Counter } from 'k6/metrics'

const shop = __ENV.TARGET_URL ?? 'http://127.0.0.1:8080'
const TIMEOUT = '15s'

/** One shopper orders all: the list of orders is as long as a page of it gets, whichever virtual user looks. */
const shopper = __ENV.TARGET_KIND === 'url' ? {} : { cookie: 'shopper=10ad7e57-0000-4000-8000-000000000001' }
/** Orders on a page of the list. */
const PAGE = 20

/** Orders that the shop confirmed. */
const accepted = new Counter('orders_accepted')

// A declined card and an empty shelf are answers, not failures.
http.setResponseCallback(http.expectedStatuses(200, 201, 402, 409))

interface Product {
  sku: string
  priceCents: number
  stock: number
}

interface Order {
  id: string
  status: string
  totalCents: number
  /** ISO 8601. */
  createdAt: string
  items: { sku: string; quantity: number; unitPriceCents: number }[]
}

type Reply = RefinedResponse<'text'>

/** Orders of the shopper from before the load, so that the list is full from its first second. */
export function setup(): void {
  if (!shopper.cookie) return
  const had = json<Order[]>(http.get(`${shop}/api/orders?limit=${PAGE}`, plain))?.length ?? 0
  for (let count = had; count < PAGE; count += 1) {
    const product = json<Product[]>(http.get(`${shop}/api/products`, plain))?.find(({ stock }) => stock >= 2)
    if (product) http.post(`${shop}/api/orders`, orderOf(product.sku, 1), withKey(plain))
  }
}

/** One request to a target that is not the shop. */
export function visit(): void {
  const reply = get('', 'visit')
  check(reply, { 'the target answers 2xx': ({ status }) => status >= 200 && status < 300 })
}

/** Looks at the shelf. */
export function browse(): void {
  shelf()
}

/** Looks at the shelf, then closer at one product. */
export function basket(): void {
  choose()
}

/** Looks at the orders so far. */
export function history(): void {
  const reply = get(`/api/orders?limit=${PAGE}`, 'history')
  check(reply, {
    'the history has orders, the newest first': () => {
      const times = (json<Order[]>(reply) ?? []).map(({ createdAt }) => createdAt)
      return times.length > 0 && times.every((time, index) => index === 0 || time <= (times[index - 1] ?? ''))
    },
  })
}

/** Looks at the shelf and at one product, orders it, and looks at the order. */
export function order(): void {
  const product = choose()
  if (product) buy(product)
}

function shelf(): Product[] {
  const reply = get('/api/products', 'browse')
  const products = json<Product[]>(reply) ?? []
  check(reply, {
    'the shelf has products with prices': () =>
      products.length > 0 && products.every(({ priceCents }) => priceCents > 0),
  })
  return products
}

function choose(): Product | undefined {
  const products = shelf().filter(({ stock }) => stock >= 2)
  const product = products[Math.floor(Math.random() * products.length)]
  if (!product) return undefined
  const reply = get(`/api/products/${product.sku}`, 'look')
  check(reply, {
    'the product is the one on the shelf': () => {
      const seen = json<Product>(reply)
      return seen?.sku === product.sku && seen.priceCents === product.priceCents
    },
  })
  return product
}

function buy({ sku, priceCents }: Product): void {
  const quantity = 1 + Math.floor(Math.random() * 2)
  const placed = http.post(`${shop}/api/orders`, orderOf(sku, quantity), withKey(traced('order')))
  const order = placed.status === 201 ? json<Order>(placed) : undefined
  check(placed, {
    'the order has the right total, or the shelf is empty': ({ status }) =>
      status === 409 || (order?.status === 'confirmed' && order.totalCents === quantity * priceCents),
  })
  if (!order) return
  accepted.add(1)
  const seen = get(`/api/orders/${order.id}`, 'state')
  check(seen, { 'the order can be seen': () => json<Order>(seen)?.status === 'confirmed' })
}

function orderOf(sku: string, quantity: number): string {
  return JSON.stringify({
    customer: { name: 'Load Test', email: 'load@example.com' },
    items: [{ sku, quantity }],
    card: '4242424242424242',
  })
}

/** Settings of a request that places an order. */
function withKey<Settings extends { headers: Record<string, string> }>(settings: Settings): Settings {
  const headers = { ...settings.headers, 'content-type': 'application/json', 'idempotency-key': hex(32) }
  return { ...settings, headers }
}

function get(path: string, name: string): Reply {
  return http.get(`${shop}${path}`, traced(name))
}

function json<T>(reply: Reply): T | undefined {
  try {
    return reply.json() as T
  } catch {
    return undefined
  }
}

/** A request before the load, in no trace of the samples. */
const plain = { headers: shopper, tags: { name: 'setup' }, timeout: TIMEOUT, responseType: 'text' as const }

/** A trace that begins here. */
function traced(name: string) {
  const traceId = hex(32)
  exec.vu.metrics.metadata.trace_id = traceId
  return {
    headers: { ...shopper, traceparent: `00-${traceId}-${hex(16)}-01` },
    tags: { name },
    timeout: TIMEOUT,
    responseType: 'text' as const,
  }
}

function hex(digits: number): string {
  let text = ''
  while (text.length < digits) text += Math.floor(Math.random() * 16).toString(16)
  return text
}
