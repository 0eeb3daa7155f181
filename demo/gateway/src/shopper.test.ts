/**
 * The cookie of a shopper: set once, kept, and passed on to orders as a header.
 */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../test/gateway.ts'

const orderId = '5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11'
let gateway: TestGateway

beforeEach(async () => {
  gateway = await startGateway()
  gateway.peers.orders.on('GET /orders?limit=20', { body: [] })
})

afterEach(() => gateway.close())

test('the first answer of the API sets a cookie that no script reads and no other site sends', async () => {
  const { headers } = await fetch(`${gateway.url}/api/orders`)
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^shopper=[0-9a-f-]{36}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
  ])
  const [cookie = ''] = headers.getSetCookie()[0]?.split(';') ?? []
  const again = await fetch(`${gateway.url}/api/orders`, { headers: { cookie } })
  expect(again.headers.getSetCookie()).toEqual([])
  const shoppers = gateway.peers.orders.requests.map(({ headers }) => `shopper=${headers['shopper-id']}`)
  expect(shoppers).toEqual([cookie, cookie])
})

test('a page and its files set none', async () => {
  for (const path of ['/', '/orders', '/assets/shop.js']) {
    expect((await fetch(gateway.url + path)).headers.getSetCookie(), path).toEqual([])
  }
})

test.each(['', 'one', '%00', "' or true --", `${orderId}x`])('a cookie of %j is replaced', async (value) => {
  const { status, headers } = await fetch(`${gateway.url}/api/orders`, { headers: { cookie: `shopper=${value}` } })
  expect(status).toBe(200)
  expect(headers.getSetCookie()).toHaveLength(1)
  expect(gateway.peers.orders.requests[0]?.headers['shopper-id']).toMatch(/^[0-9a-f-]{36}$/)
})

test('an order is placed and opened in the name of its shopper', async () => {
  const shopper = crypto.randomUUID()
  const cookie = `shopper=${shopper}`
  const headers = { cookie, 'content-type': 'application/json', 'idempotency-key': 'checkout', 'shopper-id': 'forged' }
  const body = {
    customer: { name: 'Ada', email: 'ada@example.com' },
    items: [{ sku: 'fern', quantity: 2 }],
    card: '4242424242424242',
  }
  await fetch(`${gateway.url}/api/orders`, { method: 'POST', headers, body: JSON.stringify(body) })
  await fetch(`${gateway.url}/api/orders/${orderId}`, { headers: { cookie } })
  expect(gateway.peers.orders.requests.map(({ path, headers }) => [path, headers['shopper-id']])).toEqual([
    ['/orders', shopper],
    [`/orders/${orderId}`, shopper],
  ])
})
