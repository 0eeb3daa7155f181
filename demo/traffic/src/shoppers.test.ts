/**
 * A crowd in front of a small shop that is a real HTTP server: what it asks for, what it does when the shop closes, and
 * how fast it leaves.
 */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { createTestObserve, type TestObserve } from '@lab/observe/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runShoppers } from './shoppers.ts'

/** For a busy machine. */
function eventually<T>(value: () => T) {
  return expect.poll(value, { timeout: 15_000 })
}

let shop: Server
let url: string
let port: number
/** How the shop answers orders. */
let orderStatus: number
let requests: {
  line: string
  traceparent: string | undefined
  key: string | undefined
  cookie: string | undefined
  body: string
}[]
let obs: TestObserve
let closing: AbortController

beforeEach(async () => {
  requests = []
  orderStatus = 201
  closing = new AbortController()
  obs = createTestObserve({ listen: true, ignore: () => true })
  shop = createShop()
  port = 0
  await open()
})

afterEach(async () => {
  closing.abort()
  await close()
  await obs.shutdown()
})

test('browses, looks, follows dead links and orders under a key of its own, each step a trace that begins here', async () => {
  const crowd = come()
  await eventually(() => seen('GET /api/products/discontinued')).toBeGreaterThan(0)
  await eventually(() => seen('GET /api/orders/')).toBeGreaterThan(0)
  await eventually(scraped).toMatch(visits('ordered'))
  await leave(crowd)
  const orders = requests.filter(({ line }) => line === 'POST /api/orders')
  expect(new Set(orders.map(({ key }) => key)).size).toBe(orders.length)
  const looks = requests.filter(({ line }) => line.startsWith('GET /api/orders/'))
  const shoppers = new Set(orders.map(({ cookie }) => cookie))
  expect(looks.every(({ cookie }) => cookie?.startsWith('shopper=') && shoppers.has(cookie))).toBe(true)
  expect(JSON.parse(orders[0]?.body ?? '')).toEqual({
    customer: { name: expect.any(String), email: expect.stringContaining('@example.com') },
    items: expect.arrayContaining([{ sku: 'tea', quantity: expect.any(Number) }]),
    card: expect.stringMatching(/^\d{16}$/),
  })
  const placing = obs.spans.find(({ name }) => name === 'place an order')
  expect(placing?.parentSpanId).toBeUndefined()
  expect(orders.some(({ traceparent }) => traceparent?.includes(placing?.traceId ?? 'none'))).toBe(true)
})

test.each([
  [402, 'declined'],
  [409, 'sold_out'],
  [503, 'trouble'],
])('goes on after an order that was answered with %i', async (status, outcome) => {
  orderStatus = status
  const crowd = come()
  await eventually(() => seen('POST /api/orders')).toBeGreaterThan(3)
  await eventually(scraped).toMatch(visits(outcome))
  await leave(crowd)
})

test('waits when the shop is closed, says so once, and comes back when it opens', async () => {
  const crowd = come()
  await eventually(() => requests.length).toBeGreaterThan(0)
  await close()
  await eventually(() => said(/does not answer/)).toBe(1)
  requests = []
  await open()
  await eventually(() => requests.length).toBeGreaterThan(0)
  await eventually(() => said(/open again/)).toBe(1)
  await leave(crowd)
  expect(said(/does not answer/)).toBe(1)
})

test('leaves at once in the middle of a request', async () => {
  shop.removeAllListeners('request')
  const crowd = come()
  await once(shop, 'request')
  await leave(crowd)
})

test('leaves at once in the middle of a thought', async () => {
  await leave(come({ thinkTime: 3_600_000 }))
})

function come({ thinkTime = 5 } = {}): Promise<void> {
  return runShoppers({ obs, gatewayUrl: url, shoppers: 4, signal: closing.signal, thinkTime })
}

async function leave(crowd: Promise<void>): Promise<void> {
  closing.abort()
  const begin = performance.now()
  await crowd
  expect(performance.now() - begin).toBeLessThan(500)
}

async function scraped(): Promise<string> {
  const { body } = await obs.scrape()
  return body
}

/** Some visits that ended so, as they are scraped: only those that ran to their own end. */
function visits(outcome: string): RegExp {
  return new RegExp(`shop_visits_total\\{.*outcome="${outcome}".*\\} [1-9]`)
}

function seen(start: string): number {
  return requests.filter(({ line }) => line.startsWith(start)).length
}

function said(words: RegExp): number {
  return obs.lines.filter(({ msg }) => words.test(msg)).length
}

function createShop(): Server {
  return createServer(async (request, response) => {
    const { traceparent, cookie, 'idempotency-key': key } = request.headers
    const line = `${request.method} ${request.url}`
    const body = await text(request)
    requests.push({ line, traceparent: traceparent?.toString(), cookie, key: key?.toString(), body })
    const [status, answer] = answerTo(line)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
}

function answerTo(line: string): [status: number, body: unknown] {
  if (line === 'POST /api/orders') return [orderStatus, { id: '1', status: 'confirmed' }]
  if (line === 'GET /api/products') return [200, [{ sku: 'tea', stock: 100 }]]
  return line.endsWith('/discontinued') ? [404, {}] : [200, {}]
}

async function open(): Promise<void> {
  shop.listen(port, '127.0.0.1')
  await once(shop, 'listening')
  const address = shop.address()
  if (address === null || typeof address === 'string') throw new Error(`Expected a TCP address, got ${address}.`)
  port = address.port
  url = `http://127.0.0.1:${port}`
}

async function close(): Promise<void> {
  if (!shop.listening) return
  shop.close()
  shop.closeAllConnections()
  await once(shop, 'close')
}
