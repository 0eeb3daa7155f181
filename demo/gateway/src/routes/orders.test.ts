/**
 * Placing orders through the gateway: the idempotency key, what is refused at the door, and the receipt next to the order.
 */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../../test/gateway.ts'

let gateway: TestGateway

beforeEach(async () => {
  gateway = await startGateway()
})

afterEach(() => gateway.close())

const order = {
  id: '5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11',
  status: 'confirmed',
  totalCents: 2980,
  currency: 'EUR',
  items: [{ sku: 'fern', quantity: 2, unitPriceCents: 1490 }],
  traceId: '0af7651916cd43dd8448eb211c80319c',
  createdAt: '2026-03-04T10:20:30.000Z',
}
const newOrder = {
  customer: { name: 'Ada', email: 'ada@example.com' },
  items: [{ sku: 'fern', quantity: 2 }],
  card: '4242424242424242',
}

test('passes the order and its idempotency key on', async () => {
  gateway.peers.orders.on('POST /orders', { status: 201, body: order })
  const { status, headers, body } = await place(newOrder, { 'idempotency-key': 'checkout-1' })
  expect(status).toBe(201)
  expect(headers.get('location')).toBe(`/api/orders/${order.id}`)
  expect(body).toEqual(order)
  const [received] = gateway.peers.orders.requests
  expect(received?.headers['idempotency-key']).toBe('checkout-1')
  expect(received?.body).toEqual(newOrder)
})

test('a second attempt has the same key as the first', async () => {
  gateway.peers.orders.on('POST /orders', (_request, response) => void response.destroy(), { status: 201, body: order })
  expect((await place(newOrder, { 'idempotency-key': 'checkout-2' })).status).toBe(201)
  const keys = gateway.peers.orders.requests.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toEqual(['checkout-2', 'checkout-2'])
})

test.each([
  [402, 'declined'],
  [409, 'out_of_stock'],
  [422, 'idempotency_key_reused'],
])('passes on a %i', async (status, code) => {
  const error = { code, message: 'Plain words.', details: { sku: 'fern' } }
  gateway.peers.orders.on('POST /orders', { status, body: { error } })
  const answer = await place(newOrder)
  expect(answer.status).toBe(status)
  expect(answer.body).toEqual({ error })
  expect(gateway.peers.orders.requests).toHaveLength(1)
})

test.each([
  ['no customer', { ...newOrder, customer: undefined }, 'customer'],
  ['an email address that is none', { ...newOrder, customer: { name: 'Ada', email: 'ada' } }, 'customer.email'],
  ['an empty basket', { ...newOrder, items: [] }, 'items'],
  ['a quantity of none', { ...newOrder, items: [{ sku: 'fern', quantity: 0 }] }, 'items.0.quantity'],
  ['half a fern', { ...newOrder, items: [{ sku: 'fern', quantity: 0.5 }] }, 'items.0.quantity'],
  ['a card that is none', { ...newOrder, card: '4242 4242' }, 'card'],
])('an order with %s is a 400 that names the field, and is sent to no service', async (_name, body, field) => {
  const answer = await place(body)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ error: { code: 'invalid_request', message: expect.stringContaining(field) } })
  expect(gateway.peers.orders.requests).toHaveLength(0)
})

test('a bad idempotency key is a 400 that names the header', async () => {
  const { status, body } = await place(newOrder, { 'idempotency-key': 'with spaces in it' })
  expect(status).toBe(400)
  expect(body).toMatchObject({ error: { message: expect.stringContaining('Idempotency-Key') } })
})

test.each([
  ['broken JSON', '{"customer":', 'application/json', 400],
  ['another content type', '<order/>', 'application/xml', 415],
  ['a body of a megabyte', JSON.stringify({ ...newOrder, note: 'x'.repeat(1 << 20) }), 'application/json', 413],
])('%s is refused in the shape of every error', async (_name, text, type, status) => {
  const response = await fetch(`${gateway.url}/api/orders`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: text,
  })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } })
})

test('an order comes with its receipt once that is sent', async () => {
  gateway.peers.orders.on(`GET /orders/${order.id}`, { body: order })
  const url = `/api/orders/${order.id}`
  expect(await read(url)).toEqual({ ...order, receipt: { state: 'pending' } })
  const receipt = { to: 'ada@example.com', sentAt: order.createdAt, traceId: order.traceId }
  gateway.peers.notifier.on(`GET /receipts/${order.id}`, { body: { orderId: order.id, ...receipt } })
  expect(await read(url)).toEqual({ ...order, receipt: { state: 'sent', ...receipt } })
})

test('an order can be looked at while the notifier is down', async () => {
  gateway.peers.orders.on(`GET /orders/${order.id}`, { body: order })
  await gateway.peers.notifier.close()
  expect(await read(`/api/orders/${order.id}`)).toEqual({ ...order, receipt: { state: 'unknown' } })
})

test('an order that came to nothing has no receipt to wait for', async () => {
  const declined = { ...order, status: 'declined', totalCents: null, items: [{ sku: 'fern', quantity: 2 }] }
  gateway.peers.orders.on(`GET /orders/${order.id}`, { body: declined })
  expect(await read(`/api/orders/${order.id}`)).toEqual({ ...declined, receipt: { state: 'none' } })
})

test('lists as many orders as asked for, within bounds', async () => {
  gateway.peers.orders.on('GET /orders?limit=20', { body: [] })
  gateway.peers.orders.on('GET /orders?limit=3', { body: [order] })
  expect(await read('/api/orders')).toEqual([])
  expect(await read('/api/orders?limit=3')).toEqual([order])
  expect((await fetch(`${gateway.url}/api/orders?limit=1000`)).status).toBe(400)
})

test('an order without an idempotency key is a 400 that names the header, and is not passed on', async () => {
  const { status, body } = await place(newOrder, { 'idempotency-key': undefined })
  expect(status).toBe(400)
  expect(body).toMatchObject({ error: { message: expect.stringContaining('Idempotency-Key is missing') } })
  expect(gateway.peers.orders.requests).toHaveLength(0)
})

test.each(['', '%00', '%ED%A0%80', 'a%0Ab', 'one'])(
  '/api/orders/%s is refused here, and asks orders nothing',
  async (id) => {
    const { status } = await fetch(`${gateway.url}/api/orders/${id}`)
    expect([400, 404]).toContain(status)
    expect(gateway.peers.orders.requests).toEqual([])
  },
)

test.each(['\0', 'A\0da', 'Ada\ud800', 'A\nda'])('a name of %j is a 400', async (name) => {
  const { status } = await place({ ...newOrder, customer: { ...newOrder.customer, name } })
  expect(status).toBe(400)
})

async function place(body: unknown, headers: Record<string, string | undefined> = {}) {
  const given = { 'content-type': 'application/json', 'idempotency-key': 'checkout', ...headers }
  const response = await fetch(`${gateway.url}/api/orders`, {
    method: 'POST',
    headers: Object.entries(given).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return { status: response.status, headers: response.headers, body: answer }
}

async function read(path: string): Promise<unknown> {
  return (await fetch(gateway.url + path)).json()
}
