/**
 * What the tests of orders stand on: a database with every schema, inventory and payments as processes, and questions
 * to ask of them.
 */

import { Database, openPool } from '@demo/chassis/database'
import { receiptQueue } from '@demo/chassis/queue'
import { databaseClients } from '@demo/shop'
import { createTestObserve } from '@lab/observe/testing'
import { startTestPostgres } from '@lab/test-kit/postgres'
import { expect } from 'vitest'
import { runService, type Service, startService } from './service.ts'

export const goodCard = '4242424242424242'
export const declinedCard = '4000000000000002'

export type Shop = Awaited<ReturnType<typeof openShop>>

export async function openShop() {
  const postgres = await startTestPostgres()
  const databaseUrl = postgres.url
  for (const name of databaseClients) {
    expect(await runService(name, ['migrate'], { DATABASE_URL: databaseUrl })).toMatchObject({ exitCode: 0 })
  }
  const [inventory, payments] = await Promise.all([
    startService('inventory', { DATABASE_URL: databaseUrl }),
    startService('payments', { DATABASE_URL: databaseUrl }),
  ])
  const database = new Database(openPool(createTestObserve(), databaseUrl), () => false)

  return {
    database,
    databaseUrl,
    inventory,
    payments,
    /** Environment of an orders process. */
    environment: { DATABASE_URL: databaseUrl, INVENTORY_URL: inventory.url, PAYMENTS_URL: payments.url },

    async stockOf(sku: string): Promise<number> {
      const text = 'select stock from inventory.products where sku = $1'
      return (await database.query<{ stock: number }>(text, [sku])).rows[0]?.stock ?? Number.NaN
    },

    /** The receipts queued for these orders, or for all. */
    async jobs(orderIds?: string[]) {
      const { rows } = await database.query<{ data: { orderId: string; carrier: Record<string, string> } }>(
        `select data from pgboss.job where name = $1 and ($2::text[] is null or data->>'orderId' = any($2))`,
        [receiptQueue, orderIds ?? null],
      )
      return rows.map(({ data }) => data)
    },

    async close(): Promise<void> {
      await Promise.all([inventory.stop(), payments.stop()])
      await database.close()
      await postgres.stop()
    },
  }
}

export async function setFault(service: Pick<Service, 'admin'>, name: string, enabled: boolean): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${service.admin}/faults/${name}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ enabled }),
  })
  expect(response.status).toBe(200)
}

export interface OrderAnswer {
  status: number
  headers: Headers
  body: {
    id: string
    status: string
    traceId: string
    error: { code: string; message: string; details?: Record<string, unknown> }
  }
}

/** Places an order of one kind of product. */
export async function order(url: string, sku: string, options: OrderOptions = {}): Promise<OrderAnswer> {
  const { quantity = 1, card = goodCard, key = crypto.randomUUID(), shopper, body } = options
  const customer = { name: 'Ada', email: 'ada@example.org' }
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }), ...shopperHeader(shopper) },
    body: JSON.stringify(body ?? { customer, items: [{ sku, quantity }], card }),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

/** As the gateway sends it. */
export function shopperHeader(shopper: string | undefined): Record<string, string> {
  return shopper === undefined ? {} : { 'shopper-id': shopper }
}

export interface OrderOptions {
  quantity?: number
  card?: string
  /** Empty for none. */
  key?: string
  /** Id of the shopper. */
  shopper?: string
  /** Instead of an order. */
  body?: unknown
}
