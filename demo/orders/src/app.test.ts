/**
 * Orders with the real inventory, payments, database and queue behind it: each order comes about once or not at all.
 */

import { Faults } from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { createTestObserve } from '@lab/observe/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startService } from '../test/service.ts'
import { declinedCard, goodCard, openShop, order, type Shop, setFault, shopperHeader } from '../test/shop.ts'
import { type App, createApp } from './app.ts'
import { orderFaults } from './order-faults.ts'
import { OrderStore } from './order-store.ts'
import { orderEffects } from './weaknesses.ts'

const obs = createTestObserve()
const faults = new Faults(obs, orderFaults)
let shop: Shop
let app: App
let database: Database
let url: string

beforeAll(async () => {
  shop = await openShop()
  database = new Database(openPool(obs, shop.databaseUrl), () => faults.isOn('database-slow'))
  const urls = { inventoryUrl: shop.inventory.url, paymentsUrl: shop.payments.url }
  app = await createApp({ obs, database, faults, ...urls })
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve))
  const address = app.server.address()
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
})

afterAll(async () => {
  await new Promise((resolve) => app.server.close(resolve))
  await app.close()
  await database.close()
  await shop.close()
})

beforeEach(() => obs.reset())

async function metric(name: string): Promise<number> {
  const line = (await obs.scrape()).body.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return Number(line?.split(' ')[1])
}

test('places an order, takes its stock and queues its receipt in the same trace', async () => {
  const stock = await shop.stockOf('matcha-uji')
  const revenue = await metric('shop_revenue_cents_total{currency="EUR"}')
  const { status, body } = await order(url, 'matcha-uji', { quantity: 2 })
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: 'confirmed',
    totalCents: 5580,
    currency: 'EUR',
    items: [{ sku: 'matcha-uji', quantity: 2, unitPriceCents: 2790 }],
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    createdAt: expect.any(String),
  })
  expect(await shop.stockOf('matcha-uji')).toBe(stock - 2)
  const jobs = await shop.jobs([body.id])
  expect(jobs).toEqual([expect.objectContaining({ orderId: body.id, to: 'ada@example.org', totalCents: 5580 })])
  expect(jobs[0]?.carrier.traceparent).toContain(body.traceId)
  await obs.until(() => obs.spans.some(({ name, traceId }) => name === 'POST /orders' && traceId === body.traceId))
  expect(await metric('shop_revenue_cents_total{currency="EUR"}')).toBe(revenue + 5580)
  expect(JSON.stringify([obs.lines, obs.spans])).not.toContain(goodCard)
})

test('shoppers list and open their own orders, and callers inside the shop all', async () => {
  const [ada, bea] = [crypto.randomUUID(), crypto.randomUUID()]
  const { body: first } = await order(url, 'cup-tasting', { shopper: ada })
  const { body: second } = await order(url, 'cup-tasting', { shopper: ada })
  const { body: other } = await order(url, 'cup-tasting', { shopper: bea })
  const { body: early } = await order(url, 'cup-tasting')
  const read = async (path: string, shopper?: string) => {
    const response = await fetch(`${url}/orders${path}`, { headers: shopperHeader(shopper) })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const ids = async (shopper?: string) => (await read('?limit=4', shopper)).body.map(({ id }: { id: string }) => id)
  for (const oneByOne of [false, true]) {
    await faults.set('n-plus-one', oneByOne)
    expect(await ids(ada)).toEqual([second.id, first.id])
    expect(await ids(bea)).toEqual([other.id])
    expect(await ids()).toEqual([early.id, other.id, second.id, first.id])
  }
  await faults.set('n-plus-one', false)
  expect(await read(`/${first.id}`, ada)).toEqual({ status: 200, body: first })
  const unknown = await read(`/${crypto.randomUUID()}`, bea)
  const foreign = await read(`/${first.id}`, bea)
  expect([unknown.status, foreign.status]).toEqual([404, 404])
  expect(foreign.body.error.code).toBe(unknown.body.error.code)
  expect((await read(`/${first.id}`)).status).toBe(200)
  // Placed before there were shoppers.
  expect((await read(`/${early.id}`, ada)).status).toBe(200)
  expect((await read('', 'ada')).status).toBe(400)
})

test('the same key gives the same order, and is refused for another one', async () => {
  const key = crypto.randomUUID()
  const first = await order(url, 'cup-tasting', { key })
  const again = await order(url, 'cup-tasting', { key })
  expect(again).toMatchObject({ status: 200, body: first.body })
  const other = await order(url, 'cup-tasting', { key, quantity: 2 })
  expect(other).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } })
})

test('twenty requests at once with one key make one order', async () => {
  const stock = await shop.stockOf('cup-tasting')
  const key = crypto.randomUUID()
  const answers = await Promise.all(Array.from({ length: 20 }, () => order(url, 'cup-tasting', { key })))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...new Array(19).fill(200), 201])
  const ids = new Set(answers.map(({ body }) => body.id))
  expect(ids.size).toBe(1)
  expect(await shop.jobs([...ids])).toHaveLength(1)
  expect(await shop.stockOf('cup-tasting')).toBe(stock - 1)
})

test('a declined order is kept, gives its stock back and is answered the same again', async () => {
  const stock = await shop.stockOf('scale-timer')
  const key = crypto.randomUUID()
  const first = await order(url, 'scale-timer', { key, card: declinedCard })
  expect(first).toMatchObject({
    status: 402,
    body: { error: { code: 'declined', details: { orderId: expect.any(String) } } },
  })
  expect(await shop.stockOf('scale-timer')).toBe(stock)
  const again = await order(url, 'scale-timer', { key, card: declinedCard })
  expect(again).toMatchObject({ status: 402, body: first.body })
  const kept = await (await fetch(`${url}/orders/${first.body.error.details?.orderId}`)).json()
  expect(kept).toMatchObject({ status: 'declined' })
  expect(await shop.jobs([String(first.body.error.details?.orderId)])).toEqual([])
})

test('an order for more than there is says what is left', async () => {
  const answer = await order(url, 'beans-geisha', { quantity: 99 })
  const details = { sku: 'beans-geisha', left: expect.any(Number), wanted: 99 }
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'out_of_stock', details } } })
  const unknown = await order(url, 'tea-bag')
  expect(unknown).toMatchObject({ status: 422, body: { error: { code: 'unknown_product' } } })
  await app.recovery.sweep({ pendingSeconds: 0, endedSeconds: 0, claimSeconds: 0 })
  expect(await metric('shop_orders_recovered_total')).toBe(0)
})

test('with payments failing it says when to try again, and the same key may then succeed', async () => {
  const payments = await startService('payments', { DATABASE_URL: shop.databaseUrl })
  const down = await createApp({ obs, database, faults, inventoryUrl: shop.inventory.url, paymentsUrl: payments.url })
  await new Promise<void>((resolve) => down.server.listen(0, '127.0.0.1', resolve))
  const address = down.server.address()
  const downUrl = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
  await payments.stop()

  const stock = await shop.stockOf('kettle-gooseneck')
  const key = crypto.randomUUID()
  const answer = await order(downUrl, 'kettle-gooseneck', { key })
  const details = { dependency: 'payments', orderId: expect.any(String) }
  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'dependency_unavailable', details } } })
  expect(answer.headers.get('retry-after')).toBe('5')
  // The stock goes back, though the payment cannot be voided yet; the order is not let off until that too is done.
  await expect.poll(() => shop.stockOf('kettle-gooseneck')).toBe(stock)
  const before = await metric('shop_orders_recovered_total')
  await down.close()
  await app.recovery.sweep({ pendingSeconds: 60, endedSeconds: 0, claimSeconds: 0 })
  expect(await metric('shop_orders_recovered_total')).toBe(before + 1)

  const retried = await order(url, 'kettle-gooseneck', { key })
  expect(retried).toMatchObject({ status: 201, body: { status: 'confirmed' } })
  await new Promise((resolve) => down.server.close(resolve))
})

test('a payment that answers with errors for a moment is tried a second time', async () => {
  await setFault(shop.payments, 'payments-failing', true)
  const answers = await Promise.all(Array.from({ length: 20 }, () => order(url, 'filters-paper')))
  await setFault(shop.payments, 'payments-failing', false)
  const statuses = new Set(answers.map(({ status }) => status))
  expect([...statuses].every((status) => status === 201 || status === 503)).toBe(true)
  expect(statuses).toContain(503)
})

test('an order is confirmed together with its receipt or not at all', async () => {
  const stock = await shop.stockOf('grinder-hand')
  // The commit fails after both were written: a deferred constraint is checked only then.
  await shop.database.query(`create function orders.refuse() returns trigger language plpgsql as
    $$ begin if new.status = 'confirmed' then raise exception 'the disk is full'; end if; return new; end $$`)
  await shop.database.query(`create constraint trigger refuse after update on orders.orders
    deferrable initially deferred for each row execute function orders.refuse()`)
  const uncommitted = await order(url, 'grinder-hand')
  await shop.database.query('drop function orders.refuse cascade')
  expect(uncommitted).toMatchObject({ status: 500, body: { error: { code: 'internal' } } })

  await shop.database.query('alter table pgboss.job_common rename to away')
  const unqueued = await order(url, 'grinder-hand')
  await shop.database.query('alter table pgboss.away rename to job_common')
  expect(unqueued).toMatchObject({ status: 500 })

  const ids = [uncommitted, unqueued].map(({ body }) => String(body.error.details?.orderId))
  expect(await shop.jobs(ids)).toEqual([])
  for (const id of ids) expect(await (await fetch(`${url}/orders/${id}`)).json()).toMatchObject({ status: 'failed' })
  await expect.poll(() => shop.stockOf('grinder-hand')).toBe(stock)
})

test('recovery and placing never both win an order', async () => {
  const stock = await shop.stockOf('darjeeling-first')
  let isPlacing = true
  const sweeping = (async () => {
    while (isPlacing) await app.recovery.sweep({ pendingSeconds: 0.15, endedSeconds: 60, claimSeconds: 0 })
  })()
  const answers = await Promise.all(Array.from({ length: 40 }, () => order(url, 'darjeeling-first')))
  isPlacing = false
  await sweeping
  await app.recovery.sweep({ pendingSeconds: 0, endedSeconds: 0, claimSeconds: 0 })
  expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 503)).toEqual([])
  const confirmed = answers.filter(({ status }) => status === 201).map(({ body }) => body.id)
  expect(await shop.jobs(confirmed)).toHaveLength(confirmed.length)
  expect(await shop.stockOf('darjeeling-first')).toBe(stock - confirmed.length)
  const { rows } = await shop.database.query("select id from orders.orders where status = 'pending'")
  expect(rows).toEqual([])
})

test('lists orders, newest first, and finds one', async () => {
  const { body } = await order(url, 'cup-tasting')
  const list: { id: string }[] = JSON.parse(await (await fetch(`${url}/orders?limit=3`)).text())
  expect(list).toHaveLength(3)
  expect(list[0]?.id).toBe(body.id)
  expect(await (await fetch(`${url}/orders/${body.id}`)).json()).toEqual(body)
  expect((await fetch(`${url}/orders/${crypto.randomUUID()}`)).status).toBe(404)
  expect((await fetch(`${url}/orders/one`)).status).toBe(400)
  expect((await fetch(`${url}/orders?limit=1000`)).status).toBe(400)
})

const customer = { name: 'Ada', email: 'ada@example.org' }
const items = [{ sku: 'matcha-uji', quantity: 1 }]

test.each([
  [{}, 'customer: '],
  [{ customer: { ...customer, email: 'ada' }, items, card: goodCard }, 'customer.email: expected an e-mail address'],
  [{ customer: { ...customer, name: ' ' }, items, card: goodCard }, 'customer.name: expected a name'],
  [{ customer, items: [], card: goodCard }, 'items: expected at least one item'],
  [{ customer, items: [{ sku: 'matcha-uji', quantity: 0 }], card: goodCard }, 'items.0.quantity: expected at least 1'],
  [{ customer, items: [{ sku: 'matcha-uji', quantity: 1.5 }], card: goodCard }, 'items.0.quantity: expected a whole'],
  [{ customer, items, card: 'none' }, 'card: expected a card number'],
])('refuses %j', async (body, message) => {
  const answer = await order(url, '', { body })
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
  expect(answer.body.error.message).toContain(message)
})

test('refuses an order without a key and what is no JSON', async () => {
  const keyless = await order(url, 'matcha-uji', { key: '' })
  expect(keyless).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('Idempotency-Key') } },
  })
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'one' }
  const broken = await fetch(`${url}/orders`, { method: 'POST', headers, body: '{"customer' })
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ error: { code: 'bad_request' } })
})

test('a slow database slows orders, and only while it is asked to', async () => {
  expect(await (await fetch(`${url}/faults`)).json()).toMatchObject({ 'database-slow': false, 'orders-lock': false })
  await faults.set('database-slow', true)
  const started = performance.now()
  expect(await order(url, 'cup-tasting')).toMatchObject({ status: 201 })
  expect(performance.now() - started).toBeGreaterThan(600)
  await faults.set('database-slow', false)
})

test('a method that a path does not take is a 405 that says which it takes', async () => {
  const response = await fetch(`${url}/orders`, { method: 'DELETE' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
  expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
})

test.each(['\0', 'A\0da', 'Ada\ud800', 'A\nda'])('a name or a SKU of %j is a 400', async (text) => {
  const named = await order(url, '', { body: { customer: { ...customer, name: text }, items, card: goodCard } })
  const stocked = await order(url, '', { body: { customer, items: [{ sku: text, quantity: 1 }], card: goodCard } })
  expect([named.status, stocked.status]).toEqual([400, 400])
})

test('orders that fail again and again keep no other order waiting, and two instances share the rest', async () => {
  const store = new OrderStore(database, () => false)
  await shop.database.query(
    `insert into orders.orders (id, idempotency_key, fingerprint, customer_name, customer_email, items, created_at)
     select gen_random_uuid(), 'left ' || n, '', 'Ada', 'ada@example.org', '[]', now() - interval '1 day'
     from generate_series(1, 120) as n`,
  )
  const times = { pendingSeconds: 3600, endedSeconds: 3600, claimSeconds: 60 }
  const claims = await Promise.all([store.claimLeftBehind(times), store.claimLeftBehind(times)])
  // Nothing is done with the first hundred, as if each of them had failed: the next claim brings others.
  claims.push(await store.claimLeftBehind(times))
  const ids = claims.flat().map(({ id }) => id)
  expect(claims.map((claim) => claim.length)).toEqual([50, 50, 20])
  expect(new Set(ids).size).toBe(120)
  await shop.database.query("delete from orders.orders where idempotency_key like 'left %'")
})

test('orders are numbered through the day, weak or adjusted', async () => {
  const numberOf = async (held: boolean) => {
    await faults.set('lock-across-call', held)
    const { body } = await order(url, 'filters-paper')
    const text = 'select number from orders.orders where id = $1'
    const { rows } = await shop.database.query<{ number: string }>(text, [body.id])
    return Number(rows[0]?.number.split('-')[1])
  }
  const first = await numberOf(false)
  expect(await numberOf(true)).toBe(first + 1)
  expect(await numberOf(false)).toBe(first + 2)
})

test('the list is the same, read at once or one by one', async () => {
  const list = async () => (await fetch(`${url}/orders?limit=5`)).json()
  const atOnce = await list()
  await faults.set('n-plus-one', true)
  expect(await list()).toEqual(atOnce)
  expect(atOnce).toHaveLength(5)
  await faults.set('n-plus-one', false)
})

test('the missing index is missed by a table that has grown, and comes back', async () => {
  const effects = orderEffects(database)
  const planOf = async (which: string) => {
    const text = `explain select * from orders.orders ${which} order by created_at desc limit 20`
    const { rows } = await shop.database.query<{ 'QUERY PLAN': string }>(text)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  const mine = `where shopper = '${crypto.randomUUID()}'`
  await effects['missing-index']?.(true)
  expect(await planOf('')).toMatch(/Seq Scan on orders/)
  expect(await planOf(mine)).toMatch(/Seq Scan on orders/)
  await effects['missing-index']?.(false)
  expect(await planOf('')).toContain('orders_by_time')
  expect(await planOf(mine)).toContain('orders_by_shopper')
})

test('a small pool has one connection, also where ten were open', async () => {
  const effects = orderEffects(database)
  const backends = async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        database.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.02)'),
      ),
    )
    return new Set(answers.map(({ rows }) => rows[0]?.pid)).size
  }
  expect(await backends()).toBe(10)
  await effects['small-pool']?.(true)
  await backends()
  expect(await backends()).toBe(1)
  await effects['small-pool']?.(false)
  expect(await backends()).toBe(10)
})
