/**
 * The notifier on a real queue: every receipt is sent, none twice, and its trace is that of the order.
 */

import { createServer, type Server } from 'node:http'
import { Faults, purge } from '@demo/chassis'
import { Database, openPool, TableLock } from '@demo/chassis/database'
import { migrate } from '@demo/chassis/migrate'
import { deadReceiptQueue, migrateQueue, type Receipt, receiptQueue } from '@demo/chassis/queue'
import { createTestObserve } from '@lab/observe/testing'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Alerts } from './alerts.ts'
import { createApp, notifierFaults } from './app.ts'
import { readPostgres } from './postgres-metrics.ts'
import { queueMetrics } from './queue.ts'
import { purgeReceipts } from './receipts.ts'
import { Worker } from './worker.ts'

const obs = createTestObserve()
const faults = new Faults(obs, notifierFaults)
const traceId = '0af7651916cd43dd8448eb211c80319c'
let postgres: Postgres
let database: Database
let worker: Worker
let boss: PgBoss
let server: Server
let url: string

beforeAll(async () => {
  postgres = await startTestPostgres()
  const migration = { databaseUrl: postgres.url, schema: 'notifier', folder: new URL('../migrations', import.meta.url) }
  await Promise.all([migrateQueue(postgres.url), migrateQueue(postgres.url), migrate(migration)])
  database = new Database(openPool(obs, postgres.url), () => faults.isOn('database-slow'))
  worker = new Worker({ obs, database, databaseUrl: postgres.url, isStuck: () => faults.isOn('notifier-stuck') })
  await worker.start()
  boss = new PgBoss({ connectionString: postgres.url, migrate: false, supervise: false, schedule: false })
  await boss.start()
  server = createServer(createApp({ obs, database, faults, alerts: new Alerts(obs), worker }).callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
})

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await worker.stop()
  await boss.stop()
  await database.close()
  await postgres.stop()
})

beforeEach(() => obs.reset())

function receipt(orderId: string = crypto.randomUUID()): Receipt {
  const items = [{ sku: 'matcha-uji', quantity: 1, unitPriceCents: 2790 }]
  const carrier = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  return { orderId, to: 'ada@example.org', name: 'Ada', totalCents: 2790, currency: 'EUR', items, carrier }
}

async function get(path: string) {
  const response = await fetch(`${url}${path}`)
  return { status: response.status, body: await response.json() }
}

function said(message: string, orderId: string) {
  return () => obs.lines.some((line) => line.msg === message && line.orderId === orderId)
}

test('sends a receipt in the trace of its order', async () => {
  const job = receipt()
  expect(await get(`/receipts/${job.orderId}`)).toMatchObject({ status: 404, body: { error: { code: 'no_receipt' } } })
  await boss.send(receiptQueue, job)
  await obs.until(said('receipt sent', job.orderId))
  const sent = { orderId: job.orderId, to: 'ada@example.org', sentAt: expect.any(String), traceId }
  expect(await get(`/receipts/${job.orderId}`)).toEqual({ status: 200, body: sent })

  await obs.until(() => obs.spans.some(({ name }) => name === 'send receipt'))
  const span = obs.spans.find(({ name }) => name === 'send receipt')
  expect(span).toMatchObject({ kind: 'consumer', traceId, parentSpanId: 'b7ad6b7169203331' })
  const line = obs.lines.find(({ msg }) => msg === 'receipt sent')
  expect(line).toMatchObject({ trace_id: traceId, span_id: span?.spanId })
  expect(JSON.stringify([obs.lines, obs.spans])).not.toContain('ada@')
})

test('sends one receipt for jobs that are delivered twice', async () => {
  const job = receipt()
  const id = await boss.send(receiptQueue, job)
  await boss.send(receiptQueue, job)
  await obs.until(said('receipt was sent before', job.orderId))
  obs.reset()
  await expect.poll(() => stateOf(id)).toBe('completed')
  // As after a crash between sending and completing.
  await database.query("update pgboss.job set state = 'retry', completed_on = null where id = $1", [id])
  await obs.until(said('receipt was sent before', job.orderId))
  const { rows } = await database.query('select 1 from notifier.receipts where order_id = $1', [job.orderId])
  expect(rows).toHaveLength(1)
})

test('sends what a burst of orders asks for, each once', async () => {
  const jobs = Array.from({ length: 300 }, () => receipt())
  await boss.insert(
    receiptQueue,
    jobs.map((data) => ({ data })),
  )
  const count = async () => {
    const ids = jobs.map(({ orderId }) => orderId)
    const { rows } = await database.query('select 1 from notifier.receipts where order_id = any($1)', [ids])
    return rows.length
  }
  await expect.poll(count, { timeout: 15_000 }).toBe(300)
})

test('tries again when the receipt could not be sent', async () => {
  const job = receipt()
  await database.query('alter table notifier.receipts rename to away')
  await boss.send(receiptQueue, job)
  await obs.until(said('could not send a receipt, tries again later', job.orderId))
  await database.query('alter table notifier.away rename to receipts')
  await obs.until(said('receipt sent', job.orderId), 15_000)
})

test('drops a job that is not a receipt, and says so', async () => {
  const id = await boss.send(receiptQueue, { orderId: 'one' })
  await obs.until(() => obs.lines.some(({ msg }) => msg === 'dropped a job that is not a receipt'))
  await expect.poll(() => stateOf(id)).toBe('failed')
})

async function stateOf(id: string | null): Promise<string | undefined> {
  const { rows } = await database.query<{ state: string }>('select state from pgboss.job where id = $1', [id])
  return rows[0]?.state
}

test('tells what waits in the queue, also as metrics', async () => {
  expect(await get('/queue')).toMatchObject({ status: 200, body: { depth: 0, oldestAgeSeconds: 0 } })
  await boss.send(receiptQueue, receipt(), { startAfter: 3600 })
  await database.query(
    "update pgboss.job set created_on = created_on - interval '4000 s' where name = $1 and state = 'created'",
    [receiptQueue],
  )
  const { body } = await get('/queue')
  expect(body).toMatchObject({ depth: 1, oldestAgeSeconds: expect.closeTo(4000, -3) })
  await queueMetrics(obs, database)()
  const metrics = (await obs.scrape()).body
  expect(metrics).toMatch(/^shop_receipts_queue_depth 1$/m)
  expect(metrics).toMatch(/^shop_receipts_queue_oldest_age_seconds 4\d{3}(\.|$)/m)
})

test('a slow database makes receipts come late, and only while it is asked to', async () => {
  await faults.set('database-slow', true)
  const started = performance.now()
  await get(`/receipts/${crypto.randomUUID()}`)
  expect(performance.now() - started).toBeGreaterThan(300)
  await faults.set('database-slow', false)
  expect(await get('/faults')).toEqual({ status: 200, body: { 'database-slow': false, 'notifier-stuck': false } })
})

test('a stuck worker sends nothing, and goes on where it was once it is free', async () => {
  await faults.set('notifier-stuck', true)
  const job = receipt()
  const id = await boss.send(receiptQueue, job)
  await expect.poll(() => stateOf(id), { timeout: 15_000 }).toBe('active')
  expect((await get(`/receipts/${job.orderId}`)).status).toBe(404)
  await faults.set('notifier-stuck', false)
  await obs.until(said('receipt sent', job.orderId))
})

test('refuses what is no order id and what there is not', async () => {
  expect(await get('/receipts/one')).toMatchObject({ status: 400, body: { error: { message: 'expected a UUID' } } })
  expect(await get('/letters')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test('a method that a path does not take is a 405 that says which it takes', async () => {
  const response = await fetch(`${url}/queue`, { method: 'POST' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'HEAD, GET'])
  expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
})

test('a receipt that cannot be sent is kept, counted, and sent on command', async () => {
  await database.query('delete from pgboss.job where name = $1', [deadReceiptQueue])
  const job = receipt()
  await database.query('alter table notifier.receipts rename to receipts_away')
  try {
    await boss.send(receiptQueue, job, { retryLimit: 0 })
    await expect.poll(async () => (await get('/queue')).body, { timeout: 15_000 }).toMatchObject({ dead: 1 })
  } finally {
    await database.query('alter table notifier.receipts_away rename to receipts')
  }
  await queueMetrics(obs, database)()
  expect((await obs.scrape()).body).toMatch(/^shop_receipts_dead 1$/m)
  const resent = await fetch(`${url}/queue/resend`, { method: 'POST' })
  expect(await resent.json()).toEqual({ queued: 1 })
  await obs.until(said('receipt sent', job.orderId))
  await expect.poll(async () => (await get('/queue')).body, { timeout: 15_000 }).toMatchObject({ dead: 0 })
  expect(await (await fetch(`${url}/queue/resend`, { method: 'POST' })).json()).toEqual({ queued: 0 })
})

test('a session that waits for a lock is seen', async () => {
  expect(await readPostgres(database)).toMatchObject({ lockWaiters: 0, longestLockWaitSeconds: 0 })
  const lock = new TableLock({ databaseUrl: postgres.url, table: 'notifier.receipts', name: 'test-lock' })
  await lock.hold(true)
  try {
    const waiter = get(`/receipts/${crypto.randomUUID()}`)
    await expect.poll(() => readPostgres(database), { timeout: 5000 }).toMatchObject({ lockWaiters: 1 })
    await expect.poll(async () => (await readPostgres(database)).longestLockWaitSeconds).toBeGreaterThan(0)
    const { connections, connectionLimit } = await readPostgres(database)
    expect(connections).toBeGreaterThan(2)
    expect(connectionLimit).toBeGreaterThan(connections)
    await lock.hold(false)
    expect((await waiter).status).toBe(404)
  } finally {
    await lock.hold(false)
  }
})

test('old receipts are deleted after their time', async () => {
  const insert =
    'insert into notifier.receipts (order_id, recipient, total_cents, currency, sent_at) values ($1, $2, 1, $3, now() - make_interval(days => $4))'
  const [old, recent] = [crypto.randomUUID(), crypto.randomUUID()]
  await database.query(insert, [old, 'ada@example.org', 'EUR', 31])
  await database.query(insert, [recent, 'ada@example.org', 'EUR', 29])
  await purge(obs, database, 'receipts', purgeReceipts)()
  expect((await get(`/receipts/${old}`)).status).toBe(404)
  expect((await get(`/receipts/${recent}`)).status).toBe(200)
})
