/**
 * Two instances of each service side by side, as during a roll-out: whichever a request reaches, the books balance.
 */

import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runService, type Service, startService } from './service.ts'
import { declinedCard, type OrderAnswer, type OrderOptions, openShop, order, type Shop } from './shop.ts'

let shop: Shop
const started: Service[] = []
let gateways: Service[]
let orders: Service[]
let payments: Service[]

vi.setConfig({ testTimeout: 120_000 })

async function start(name: string, environment: Record<string, string> = {}): Promise<Service> {
  const service = await startService(name, environment)
  started.push(service)
  return service
}

beforeAll(async () => {
  shop = await openShop()
  const database = { DATABASE_URL: shop.databaseUrl }
  const [inventory, otherPayments] = await Promise.all([start('inventory', database), start('payments', database)])
  payments = [shop.payments, otherPayments]
  const suppliers = [
    { INVENTORY_URL: shop.inventory.url, PAYMENTS_URL: shop.payments.url },
    { INVENTORY_URL: inventory.url, PAYMENTS_URL: otherPayments.url },
  ]
  orders = await Promise.all(suppliers.map((urls) => start('orders', { ...database, ...urls })))
  const notifiers = await Promise.all([start('notifier', database), start('notifier', database)])
  gateways = await Promise.all(
    orders.map(({ url }, index) =>
      start('gateway', { ...suppliers[index], ORDERS_URL: url, NOTIFIER_URL: notifiers[index]?.url ?? '' }),
    ),
  )
})

afterAll(async () => {
  for (const service of started.reverse()) await service.stop()
  await shop?.close()
})

/** One of the two, in turn. */
function either<T>(pair: readonly T[], index: number): T {
  const chosen = pair[index % pair.length]
  if (!chosen) throw new Error('There is no instance.')
  return chosen
}

/** As a client does: a 503 decides nothing, so the same order is tried again under the same key, at the other instance. */
async function orderUntilDecided(first: number, sku: string, options: OrderOptions): Promise<OrderAnswer> {
  const key = crypto.randomUUID()
  for (let attempt = 0; ; attempt += 1) {
    const answer = await order(either(orders, first + attempt).url, sku, { ...options, key })
    if (answer.status !== 503 || attempt === 5) return answer
  }
}

async function rowsOf(text: string, values: unknown[] = []) {
  return (await shop.database.query(text, values)).rows
}

test('both migrate at once, and again, without harm', async () => {
  const environment = { DATABASE_URL: shop.databaseUrl }
  const names = ['orders', 'orders', 'payments', 'payments', 'inventory', 'notifier', 'notifier']
  const runs = await Promise.all(names.map((name) => runService(name, ['migrate'], environment)))
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0))
})

test('the same key at both at once is one order, with one payment and one receipt', async () => {
  const key = crypto.randomUUID()
  const answers = await Promise.all(
    [0, 1, 0, 1].map((index) => order(either(orders, index).url, 'matcha-uji', { key })),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 201])
  const [id, ...others] = new Set(answers.map(({ body }) => body.id))
  expect(others).toEqual([])
  expect(await rowsOf('select status from payments.payments where order_id = $1', [id])).toEqual([
    { status: 'authorized' },
  ])
  const receipts = () => rowsOf('select 1 from notifier.receipts where order_id = $1', [id])
  await expect.poll(receipts, { timeout: 20_000 }).toHaveLength(1)

  const other = await order(either(orders, 1).url, 'matcha-uji', { key, card: '5242424242424242' })
  expect(other).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } })
})

test('orders at both, some of them declined: stock, payments and receipts agree', async () => {
  const before = await shop.stockOf('darjeeling-first')
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      orderUntilDecided(index, 'darjeeling-first', index % 5 === 0 ? { card: declinedCard } : {}),
    ),
  )
  const placed = answers.filter(({ status }) => status === 201).map(({ body }) => body.id)
  const declined = answers.filter(({ status }) => status === 402)
  expect([placed.length, declined.length]).toEqual([32, 8])
  const receipts = () => rowsOf('select 1 from notifier.receipts where order_id = any($1)', [placed])
  await expect.poll(receipts, { timeout: 30_000 }).toHaveLength(32)
  const paid = await rowsOf(`select 1 from payments.payments where status = 'authorized' and order_id = any($1)`, [
    placed,
  ])
  expect(paid).toHaveLength(32)
  await expect.poll(() => shop.stockOf('darjeeling-first'), { timeout: 30_000 }).toBe(before - 32)
})

test('an order that was given up at one cannot be charged through the other', async () => {
  const orderId = crypto.randomUUID()
  const charge = { orderId, amountCents: 100, currency: 'EUR', card: '4242424242424242' }
  expect((await fetch(`${either(payments, 0).url}/payments/${orderId}`, { method: 'DELETE' })).status).toBe(204)
  const headers = { 'content-type': 'application/json' }
  const late = await fetch(`${either(payments, 1).url}/payments`, {
    method: 'POST',
    headers,
    body: JSON.stringify(charge),
  })
  expect(late.status).toBe(409)
})

test('either gateway shows an order that the other placed', async () => {
  const cookie = `shopper=${crypto.randomUUID()}`
  const headers = { cookie, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
  const body = {
    customer: { name: 'Ada', email: 'ada@example.org' },
    items: [{ sku: 'cup-tasting', quantity: 1 }],
    card: '4242424242424242',
  }
  const placed = await fetch(`${either(gateways, 0).url}/api/orders`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(placed.status).toBe(201)
  const { id } = JSON.parse(await placed.text())
  const shown = (by: string) => fetch(`${either(gateways, 1).url}/api/orders/${id}`, { headers: { cookie: by } })
  expect(await (await shown(cookie)).json()).toMatchObject({ id, status: 'confirmed' })
  expect((await shown(`shopper=${crypto.randomUUID()}`)).status).toBe(404)
})
