/**
 * The ledger on a real PostgreSQL: two instances of it, a restart, and every order of charging and voiding.
 */

import { randomUUID } from 'node:crypto'
import { purge } from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { migrate } from '@demo/chassis/migrate'
import { createTestObserve } from '@lab/observe/testing'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Ledger, purgePayments } from './ledger.ts'
import type { Outcome, PaymentRequest } from './payment.ts'

let postgres: Postgres
let database: Database

beforeAll(async () => {
  postgres = await startTestPostgres()
  await migrate({ databaseUrl: postgres.url, schema: 'payments', folder: new URL('../migrations', import.meta.url) })
  database = new Database(openPool(createTestObserve(), postgres.url), () => false)
})

afterAll(async () => {
  await database.close()
  await postgres.stop()
})

function request(changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return { orderId: randomUUID(), amountCents: 1290, currency: 'EUR', card: '4242424242424242', ...changes }
}

/** A card network that answers when the test says so. */
function network() {
  const answer = Promise.withResolvers<Outcome>()
  const authorise = vi.fn(() => answer.promise)
  return {
    authorise,
    approve: () => answer.resolve({ status: 'authorized', paymentId: randomUUID() }),
    fail: answer.reject,
  }
}

test('two instances at once ask the card network once and give the same answer', async () => {
  const { authorise, approve } = network()
  const order = request()
  const [first, second] = [new Ledger(database), new Ledger(database)].map((ledger) => ledger.pay(order, authorise))
  await vi.waitFor(() => expect(authorise).toHaveBeenCalledOnce())
  approve()
  const results = await Promise.all([first, second])
  expect(results.map((result) => result?.isNew).toSorted()).toEqual([false, true])
  expect(results[0]?.outcome).toEqual(results[1]?.outcome)
  expect(authorise).toHaveBeenCalledOnce()
})

test('an answer outlives a restart', async () => {
  const { authorise, approve } = network()
  const order = request()
  approve()
  const { outcome } = await new Ledger(database).pay(order, authorise)
  const again = await new Ledger(database).pay(order, () => Promise.reject(new Error('is not asked again')))
  expect(again).toEqual({ outcome, isNew: false })
})

test('voided before it is charged: the charge is refused, and the card network is not asked', async () => {
  const { authorise } = network()
  const order = request()
  await new Ledger(database).void(order.orderId)
  await expect(new Ledger(database).pay(order, authorise)).rejects.toMatchObject({ status: 409, code: 'voided' })
  expect(authorise).not.toHaveBeenCalled()
})

test('voided while the card network is asked: the answer comes too late, and the order stays voided', async () => {
  const { authorise, approve } = network()
  const ledger = new Ledger(database)
  const order = request()
  const paying = ledger.pay(order, authorise)
  await vi.waitFor(() => expect(authorise).toHaveBeenCalledOnce())
  await new Ledger(database).void(order.orderId)
  approve()
  await expect(paying).rejects.toMatchObject({ status: 409, code: 'voided' })
  expect(await ledger.find(order.orderId)).toMatchObject({ status: 'voided' })
})

test('voided while the card network fails: a retry cannot charge it', async () => {
  const { authorise, fail } = network()
  const ledger = new Ledger(database)
  const order = request()
  const paying = ledger.pay(order, authorise)
  await vi.waitFor(() => expect(authorise).toHaveBeenCalledOnce())
  await ledger.void(order.orderId)
  fail(new Error('no answer'))
  await expect(paying).rejects.toThrow('no answer')
  await expect(ledger.pay(order, authorise)).rejects.toMatchObject({ code: 'voided' })
})

test('voided after it was charged, twice', async () => {
  const { authorise, approve } = network()
  const ledger = new Ledger(database)
  const order = request()
  approve()
  await ledger.pay(order, authorise)
  await ledger.void(order.orderId)
  await ledger.void(order.orderId)
  await expect(ledger.pay(order, authorise)).rejects.toMatchObject({ code: 'voided' })
})

test('a request that a crash left behind is taken over after its lease, and not before', async () => {
  const order = request()
  const { authorise } = network()
  const times = { waitMs: 100, leaseSeconds: 1 }
  void new Ledger(database, times).pay(order, authorise) // Never ends, as after kill -9.
  await vi.waitFor(() => expect(authorise).toHaveBeenCalledOnce())
  const other = new Ledger(database, times)
  const later = network()
  later.approve()
  await expect(other.pay(order, later.authorise)).rejects.toMatchObject({ status: 503, code: 'in_progress' })
  await vi.waitFor(async () => expect((await other.pay(order, later.authorise)).isNew).toBe(true), { timeout: 10_000 })
})

test('old payments are deleted after their time, the others stay', async () => {
  const { authorise, approve } = network()
  approve()
  const ledger = new Ledger(database)
  const [old, recent] = [request(), request()]
  for (const each of [old, recent]) await ledger.pay(each, authorise)
  await database.query("update payments.payments set created_at = now() - interval '31 days' where order_id = $1", [
    old.orderId,
  ])
  await purge(createTestObserve(), database, 'payments', purgePayments)()
  expect(await ledger.find(old.orderId)).toBeUndefined()
  expect(await ledger.find(recent.orderId)).toBeDefined()
})
