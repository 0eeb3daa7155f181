/**
 * Inventory over real sockets and a real database: nothing is sold that is not there, however many ask.
 */

import { createServer, type Server } from 'node:http'
import { Faults, purge } from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { migrate } from '@demo/chassis/migrate'
import { createTestObserve } from '@lab/observe/testing'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createApp } from './app.ts'
import { ProductCache } from './cache.ts'
import { restock } from './restock.ts'
import { purgeReservations } from './stock.ts'
import { Views } from './views.ts'
import { type InventoryFault, inventoryFaults, Warehouse } from './warehouse.ts'

const obs = createTestObserve()
let postgres: Postgres
let database: Database
let faults: Faults<InventoryFault>
let warehouse: Warehouse
let server: Server
let url: string

beforeAll(async () => {
  postgres = await startTestPostgres()
  const migration = {
    databaseUrl: postgres.url,
    schema: 'inventory',
    folder: new URL('../migrations', import.meta.url),
  }
  await Promise.all([migrate(migration), migrate(migration)])
  expect(await migrate(migration)).toEqual([])
  database = new Database(openPool(obs, postgres.url), () => faults.isOn('database-slow'))
})

afterAll(async () => {
  await database.close()
  await postgres.stop()
})

beforeEach(async () => {
  faults = new Faults(obs, inventoryFaults)
  await database.query('update inventory.products set stock = 300, delivery_due_at = null where capacity > 300')
  warehouse = new Warehouse({ obs, database, faults })
  server = createServer(createApp({ obs, warehouse, faults }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
})

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
})

async function call(method: string, path: string, body?: unknown) {
  const json = { 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && { headers: json, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text }
}

function reserve(orderId: string, items: unknown) {
  return call('POST', '/reservations', { orderId, items })
}

async function stockOf(sku: string): Promise<number | undefined> {
  const { rows } = await database.query<{ stock: number }>('select stock from inventory.products where sku = $1', [sku])
  return rows[0]?.stock
}

function setStock(sku: string, stock: number) {
  return database.query('update inventory.products set stock = $2 where sku = $1', [sku, stock])
}

test('lists the seeded products and finds one', async () => {
  const { body } = await call('GET', '/products')
  expect(body.length).toBeGreaterThanOrEqual(12)
  const product = { sku: 'matcha-uji', priceCents: 2790, currency: 'EUR', image: 'matcha', stock: 300 }
  expect(body).toContainEqual(expect.objectContaining(product))
  expect((await call('GET', '/products/matcha-uji')).body).toMatchObject(product)
  expect(await call('GET', '/products/tea-bag')).toMatchObject({
    status: 404,
    body: { error: { code: 'unknown_product' } },
  })
})

test('of 200 reservations at once for a product with a stock of 50, exactly 50 succeed', async () => {
  await setStock('cup-tasting', 50)
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => reserve(crypto.randomUUID(), [{ sku: 'cup-tasting', quantity: 1 }])),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(50)
  const refusals = answers.filter(({ status }) => status === 409)
  expect(refusals).toHaveLength(150)
  expect(refusals[0]?.body.error).toMatchObject({ code: 'out_of_stock', details: { sku: 'cup-tasting', left: 0 } })
  expect(await stockOf('cup-tasting')).toBe(0)
})

test('orders of the same products in opposite order do not deadlock', async () => {
  const skus = ['beans-ethiopia', 'beans-colombia', 'espresso-house', 'matcha-uji']
  const answers = await Promise.all(
    Array.from({ length: 80 }, (_, index) => {
      const items = skus.map((sku) => ({ sku, quantity: 1 }))
      return reserve(crypto.randomUUID(), index % 2 ? items : items.toReversed())
    }),
  )
  expect(answers.map(({ status }) => status)).toEqual(new Array(80).fill(201))
  expect(await stockOf('matcha-uji')).toBe(300 - 80)
})

test('the same order reserves once, however often and however concurrently it asks', async () => {
  const orderId = crypto.randomUUID()
  const items = [
    { sku: 'matcha-uji', quantity: 1 },
    { sku: 'filters-paper', quantity: 3 },
    { sku: 'matcha-uji', quantity: 1 },
  ]
  const answers = await Promise.all(Array.from({ length: 20 }, () => reserve(orderId, items)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...new Array(19).fill(200), 201])
  const expected = {
    orderId,
    items: [
      { sku: 'filters-paper', quantity: 3, unitPriceCents: 690 },
      { sku: 'matcha-uji', quantity: 2, unitPriceCents: 2790 },
    ],
    totalCents: 3 * 690 + 2 * 2790,
  }
  expect(answers.map(({ body }) => body)).toEqual(new Array(20).fill(expected))
  expect(await stockOf('matcha-uji')).toBe(298)
  const other = await reserve(orderId, [{ sku: 'matcha-uji', quantity: 5 }])
  expect(other).toMatchObject({ status: 422, body: { error: { code: 'reservation_mismatch' } } })
})

test('reserves all of an order or nothing', async () => {
  await setStock('beans-geisha', 1)
  const items = [
    { sku: 'beans-ethiopia', quantity: 2 },
    { sku: 'beans-geisha', quantity: 2 },
  ]
  const orderId = crypto.randomUUID()
  const refused = await reserve(orderId, items)
  expect(refused.body.error).toMatchObject({ code: 'out_of_stock', details: { sku: 'beans-geisha', left: 1 } })
  expect(await stockOf('beans-ethiopia')).toBe(300)
  const unknown = await reserve(orderId, [...items, { sku: 'gold', quantity: 1 }])
  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'unknown_product', details: { sku: 'gold' } } } })
  await setStock('beans-geisha', 2)
  expect(await reserve(orderId, items)).toMatchObject({ status: 201 })
})

test('releasing puts the stock back once, and forbids a reservation that comes late', async () => {
  const orderId = crypto.randomUUID()
  await reserve(orderId, [{ sku: 'cup-tasting', quantity: 7 }])
  const releases = await Promise.all(Array.from({ length: 10 }, () => call('DELETE', `/reservations/${orderId}`)))
  expect(releases.map(({ status }) => status)).toEqual(new Array(10).fill(204))
  expect(await stockOf('cup-tasting')).toBe(300)

  const late = crypto.randomUUID()
  expect(await call('DELETE', `/reservations/${late}`)).toMatchObject({ status: 204 })
  const refused = await reserve(late, [{ sku: 'cup-tasting', quantity: 1 }])
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'released' } } })
  expect(await stockOf('cup-tasting')).toBe(300)
})

test('a product that runs low is delivered after a while, up to its capacity', async () => {
  await setStock('beans-geisha', 3)
  expect(await restock(database, 0)).toEqual([])
  expect(await restock(database, 0)).toEqual([{ sku: 'beans-geisha', quantity: 21, stock: 24 }])
  expect(await restock(database, 0)).toEqual([])
  await setStock('beans-geisha', 0)
  await restock(database, 3600)
  expect(await restock(database, 3600)).toEqual([])
})

test('sales and deliveries show in the product list and in the stock metric', async () => {
  await call('GET', '/products')
  await reserve(crypto.randomUUID(), [{ sku: 'scale-timer', quantity: 200 }])
  expect((await call('GET', '/products/scale-timer')).body).toMatchObject({ stock: 100 })
  expect((await obs.scrape()).body).toContain('shop_inventory_stock{sku="scale-timer"} 100')
  await warehouse.takeDeliveries()
  await database.query('update inventory.products set delivery_due_at = now() where delivery_due_at is not null')
  await warehouse.takeDeliveries()
  expect((await call('GET', '/products/scale-timer')).body).toMatchObject({ stock: 400 })
  expect((await obs.scrape()).body).toMatch(/shop_inventory_restocks_total\{sku="scale-timer"\} 1/)
})

test('a cold cache makes every read pay for the lookup', async () => {
  await call('GET', '/products')
  const timed = async () => {
    const started = performance.now()
    await call('GET', '/products')
    return performance.now() - started
  }
  await faults.set('inventory-cold-cache', true)
  expect(await timed()).toBeGreaterThan(13 * 8)
  await faults.set('inventory-cold-cache', false)
  const before = await misses()
  await timed()
  expect(await misses()).toBe(before)
})

async function misses(): Promise<string | undefined> {
  return /shop_inventory_cache_reads_total\{outcome="miss"\} \d+/.exec((await obs.scrape()).body)?.[0]
}

test('a slow database slows reservations, and only while it is asked to', async () => {
  await faults.set('database-slow', true)
  expect((await call('GET', '/faults')).body).toMatchObject({ 'inventory-cold-cache': false, 'database-slow': true })
  const started = performance.now()
  expect(await reserve(crypto.randomUUID(), [{ sku: 'matcha-uji', quantity: 1 }])).toMatchObject({ status: 201 })
  expect(performance.now() - started).toBeGreaterThan(300)
  await faults.set('database-slow', false)
  expect(obs.lines).toContainEqual(expect.objectContaining({ fault: 'database-slow', enabled: false }))
  expect(await call('PUT', '/faults/database-slow', { enabled: true })).toMatchObject({ status: 404 })
})

test('a blocked event loop keeps every request waiting, one behind the other', async () => {
  await call('GET', '/products')
  await faults.set('inventory-blocked', true)
  const started = performance.now()
  await Promise.all([call('GET', '/products'), call('GET', '/products')])
  expect(performance.now() - started).toBeGreaterThan(590)
  await faults.set('inventory-blocked', false)
})

test('old reservations are deleted after their time, with their items', async () => {
  const [old, recent] = [crypto.randomUUID(), crypto.randomUUID()]
  for (const id of [old, recent]) await reserve(id, [{ sku: 'matcha-uji', quantity: 1 }])
  const age = "update inventory.reservations set created_at = now() - interval '31 days' where order_id = $1"
  await database.query(age, [old])
  await purge(obs, database, 'reservations', purgeReservations)()
  const { rows } = await database.query('select order_id from inventory.reserved_items where order_id = any($1)', [
    [old, recent],
  ])
  expect(rows).toEqual([{ order_id: recent }])
})

test.each([
  [{}, 'orderId: expected a UUID'],
  [{ orderId: 'one', items: [{ sku: 'matcha-uji', quantity: 1 }] }, 'orderId: expected a UUID'],
  [{ orderId: crypto.randomUUID(), items: [] }, 'items: expected at least one item'],
  [{ orderId: crypto.randomUUID(), items: [{ sku: 'matcha-uji', quantity: 0 }] }, 'items.0.quantity: '],
  [{ orderId: crypto.randomUUID(), items: [{ sku: 'matcha-uji', quantity: -3 }] }, 'items.0.quantity: '],
])('refuses %j', async (body, message) => {
  const answer = await call('POST', '/reservations', body)
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
  expect(answer.body.error.message).toContain(message)
})

test('refuses what is no JSON and what there is not', async () => {
  const headers = { 'content-type': 'application/json' }
  const broken = await fetch(`${url}/reservations`, { method: 'POST', headers, body: '{"order' })
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ error: { code: 'bad_request' } })
  expect(await call('GET', '/shelves')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test('a method that a path does not take is a 405 that says which it takes', async () => {
  const response = await fetch(`${url}/products`, { method: 'DELETE' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
})

test.each(['\0', 'gold\0', '\ud800', 'go\nld'])('a SKU of %j is a 400, in a reservation and in a path', async (sku) => {
  expect((await reserve(crypto.randomUUID(), [{ sku, quantity: 1 }])).status).toBe(400)
  expect((await call('GET', `/products/${encodeURIComponent(sku.toWellFormed())}`)).status).toBe(404)
})

test('a catalogue that has aged is read once for all requests, and by each of them in a stampede', async () => {
  const obs = createTestObserve()
  let reads = 0
  let isStampede = false
  const read = async () => {
    reads += 1
    return []
  }
  const cache = new ProductCache({ obs, read, isCold: () => false, isStampede: () => isStampede, freshMs: -1 })
  const askTenTimes = async () => {
    reads = 0
    await Promise.all(Array.from({ length: 10 }, () => cache.products()))
    return reads
  }
  await cache.products()
  expect(await askTenTimes()).toBe(1)
  isStampede = true
  expect(await askTenTimes()).toBe(10)
})

test('views older than a minute are dropped, unless the list is unbounded', () => {
  vi.useFakeTimers()
  const product = { sku: 'a', name: '', description: '', priceCents: 1, currency: 'EUR', image: '', stock: 1 }
  let isUnbounded = false
  const views = new Views(() => isUnbounded)
  views.add([product, product])
  vi.advanceTimersByTime(61_000)
  views.add([product])
  expect([views.withinLastMinute(), views.kept]).toEqual([1, 1])
  isUnbounded = true
  vi.advanceTimersByTime(61_000)
  expect([views.withinLastMinute(), views.kept]).toEqual([0, 1])
  vi.useRealTimers()
})
