/**
 * Payments over real sockets: one decision per order, and the card number in no signal.
 */

import { createServer, type Server } from 'node:http'
import { Faults } from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { migrate } from '@demo/chassis/migrate'
import { getRequestListener } from '@hono/node-server'
import { createTestObserve, type TestObserve } from '@lab/observe/testing'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createApp } from './app.ts'
import { type PaymentFault, paymentFaults } from './card-network.ts'
import { Ledger } from './ledger.ts'

const card = '4242424242424242'
let postgres: Postgres
let database: Database
let obs: TestObserve
let faults: Faults<PaymentFault>
let server: Server
let url: string

beforeAll(async () => {
  postgres = await startTestPostgres()
  await migrate({ databaseUrl: postgres.url, schema: 'payments', folder: new URL('../migrations', import.meta.url) })
  database = new Database(openPool(createTestObserve(), postgres.url), () => false)
})

afterAll(async () => {
  await database.close()
  await postgres.stop()
})

beforeEach(async () => {
  // One of its own, so that no span of the test before comes late.
  obs = createTestObserve()
  faults = new Faults(obs, paymentFaults)
  server = createServer(getRequestListener(createApp({ obs, ledger: new Ledger(database), faults }).fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
})

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
})

function send(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}${path}`, { method, ...(body !== undefined && { headers, body: JSON.stringify(body) }) })
}

function payment(changes: Record<string, unknown> = {}) {
  return { orderId: crypto.randomUUID(), amountCents: 1290, currency: 'EUR', card, ...changes }
}

test('authorises once per order, however often and however concurrently it is asked', async () => {
  const request = payment()
  const answers = await Promise.all(Array.from({ length: 20 }, () => send('POST', '/payments', request)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...new Array(19).fill(200), 201])
  const bodies = await Promise.all(answers.map((answer) => answer.text()))
  expect(new Set(bodies).size).toBe(1)
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ status: 'authorized', paymentId: expect.any(String) })
  const other = await send('POST', '/payments', { ...request, amountCents: 1 })
  expect(other.status).toBe(422)
})

test('declines the card that is always declined, with a reason, again and again', async () => {
  const request = payment({ card: '4000000000000002' })
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const answer = await send('POST', '/payments', request)
    expect(answer.status).toBe(402)
    expect(await answer.json()).toEqual({ error: { code: 'declined', message: 'The bank declined the card.' } })
  }
})

test('a voided order cannot be charged any more', async () => {
  const request = payment()
  await send('POST', '/payments', request)
  expect((await send('DELETE', `/payments/${request.orderId}`)).status).toBe(204)
  expect((await send('DELETE', `/payments/${request.orderId}`)).status).toBe(204)
  const late = await send('POST', '/payments', request)
  expect(late.status).toBe(409)
  expect(await late.json()).toMatchObject({ error: { code: 'voided' } })
})

test('the card number is in no log line and no span', async () => {
  await send('POST', '/payments', payment())
  await send('POST', '/payments', payment({ card: '4000000000000002' }))
  await send('POST', '/payments', payment({ card: `${card}x` }))
  await obs.until(() => obs.spans.filter(({ kind }) => kind === 'server').length === 3)
  const signals = JSON.stringify([obs.lines, obs.spans])
  expect(signals).not.toContain('42424242')
  expect(signals).not.toContain('40000000')
})

test.each([
  [{ orderId: 'one' }, 'orderId: expected a UUID'],
  [{ amountCents: 12.5 }, 'amountCents: '],
  [{ amountCents: -1 }, 'amountCents: expected a positive number of cents'],
  [{ currency: 'USD' }, 'currency: only EUR is taken'],
  [{ card: '4242 4242' }, 'card: expected a card number'],
])('refuses a payment with %j', async (changes, message) => {
  const answer = await send('POST', '/payments', payment(changes))
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining(message) } })
})

test('refuses what is no JSON and what there is not', async () => {
  const headers = { 'content-type': 'application/json' }
  const broken = await fetch(`${url}/payments`, { method: 'POST', headers, body: '{"order' })
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ error: { code: 'bad_request' } })
  expect((await send('GET', '/refunds')).status).toBe(404)
  expect((await send('POST', '/payments', { card: 'x'.repeat(200_000) })).status).toBe(413)
})

test('is slow on command', async () => {
  expect(await (await send('GET', '/faults')).json()).toEqual({ 'payments-slow': false, 'payments-failing': false })
  await faults.set('payments-slow', true)
  const timed = async () => {
    const started = performance.now()
    expect((await send('POST', '/payments', payment())).status).toBe(201)
    return performance.now() - started
  }
  expect(await timed()).toBeGreaterThan(1400)
  await faults.set('payments-slow', false)
  await expect.poll(timed).toBeLessThan(1400)
})

test('fails most of the time on command, and the next attempt at the same order may succeed', async () => {
  await faults.set('payments-failing', true)
  const requests = Array.from({ length: 100 }, () => payment())
  const answers = await Promise.all(requests.map((request) => send('POST', '/payments', request)))
  const failed = answers.filter(({ status }) => status === 503)
  expect(failed.length).toBeGreaterThan(50)
  expect(failed.length).toBeLessThan(100)
  expect(failed[0]?.headers.get('retry-after')).toBe('5')
  await faults.set('payments-failing', false)
  const retried = await Promise.all(requests.map((request) => send('POST', '/payments', request)))
  expect(retried.every(({ status }) => status === 200 || status === 201)).toBe(true)
  expect((await send('PUT', '/faults/payments-slow', { enabled: true })).status).toBe(404)
})

test('a method that a path does not take is a 405 that says which it takes', async () => {
  const response = await fetch(`${url}/payments`, { method: 'PUT' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
})
