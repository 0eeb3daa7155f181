/**
 * The shop as a whole: five built services as processes, a real PostgreSQL, a real OTLP endpoint. One order through the
 * gateway is one trace across all five and the queue, and each request is one exchange: one server span, one log line,
 * one count of the histogram.
 */

import { randomUUID } from 'node:crypto'
import { databaseClients } from '@demo/shop'
import { freePort } from '@lab/test-kit/free-port'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { migrate, type ServiceProcess, startService } from './service-process.ts'

const names = ['gateway', 'orders', 'inventory', 'payments', 'notifier'] as const
type Name = (typeof names)[number]

let postgres: Postgres
let receiver: Receiver
let services: Record<Name, ServiceProcess>
let gatewayUrl: string

beforeAll(async () => {
  receiver = await startReceiver()
  postgres = await startTestPostgres()
  const database = { DATABASE_URL: postgres.url }
  await Promise.all(databaseClients.map((name) => migrate(name, database)))
  const [gateway, orders, inventory, payments, notifier] = await Promise.all(names.map(() => freePort()))
  const url = (port: number | undefined) => `http://127.0.0.1:${port}`
  gatewayUrl = url(gateway)
  const environment = {
    ...database,
    ORDERS_URL: url(orders),
    INVENTORY_URL: url(inventory),
    PAYMENTS_URL: url(payments),
    NOTIFIER_URL: url(notifier),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  }
  const start = (name: Name, port: number | undefined) => startService(name, { ...environment, PORT: String(port) })
  services = {
    gateway: await start('gateway', gateway),
    orders: await start('orders', orders),
    inventory: await start('inventory', inventory),
    payments: await start('payments', payments),
    notifier: await start('notifier', notifier),
  }
  await Promise.all(Object.values(services).map((service) => service.ready()))
})

afterAll(async () => {
  await Promise.all(Object.values(services ?? {}).map((service) => service.stop()))
  await postgres?.stop()
  await receiver?.close()
})

test('one order is one trace across five services and the queue, one exchange per request on each', {
  timeout: 60_000,
}, async () => {
  const { order, looks } = await orderAndWaitForReceipt()
  const expected: Record<Name, Record<string, number>> = {
    gateway: { 'GET /api/products': 1, 'POST /api/orders': 1, 'GET /api/orders/:id': looks },
    orders: { 'POST /orders': 1, 'GET /orders/:id': looks },
    inventory: { 'GET /products': 1, 'POST /reservations': 1 },
    payments: { 'POST /payments': 1 },
    notifier: { 'GET /receipts/:orderId': looks },
  }

  // The histogram counts when the response is done, which the client may know a moment earlier.
  await expect.poll(() => each(countedRequests), { timeout: 10_000 }).toEqual(expected)
  // SIGTERM delivers what is queued, so that after it every span has arrived.
  expect(new Set(Object.values(await each((service) => service.stop())))).toEqual(new Set([0]))
  expect(await each(serverSpans)).toEqual(expected)
  expect(await each(requestLines)).toEqual(expected)

  const trace = receivedSpans().filter(({ traceId }) => traceId === order.traceId)
  expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(names))
  expect(trace.filter(({ parentSpanId }) => parentSpanId === '')).toEqual([
    expect.objectContaining({ service: 'gateway', name: 'POST /api/orders', kind: 'server' }),
  ])
  const [sent] = trace.filter(({ service, kind }) => service === 'notifier' && kind === 'consumer')
  expect(pathOf(sent, trace)).toEqual(['notifier', 'orders', 'gateway'])
  for (const name of ['inventory', 'payments'] as const) {
    const [handled] = trace.filter(({ service, kind }) => service === name && kind === 'server')
    expect(pathOf(handled, trace)).toEqual([name, 'orders', 'gateway'])
  }
  for (const service of Object.values(services)) {
    expect(
      service.lines().filter((line) => line.trace_id === order.traceId && line.service === service.name),
      `log lines of ${service.name} with the trace id`,
    ).not.toEqual([])
  }
})

const productsSchema = z.array(z.object({ sku: z.string(), stock: z.int() }))
const orderSchema = z.object({ id: z.string(), status: z.literal('confirmed'), traceId: z.string().length(32) })
const lookSchema = z.object({ receipt: z.object({ state: z.string() }) })

type Order = z.output<typeof orderSchema>

const cookie = `shopper=${randomUUID()}`

/** Places an order and looks at it until its receipt is sent; `looks` says how often that was. */
async function orderAndWaitForReceipt(): Promise<{ order: Order; looks: number }> {
  const products = productsSchema.parse(await (await fetch(`${gatewayUrl}/api/products`)).json())
  const product = products.find(({ stock }) => stock > 0)
  const response = await fetch(`${gatewayUrl}/api/orders`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
      items: [{ sku: product?.sku, quantity: 1 }],
      card: '4242424242424242',
    }),
  })
  const body: unknown = await response.json()
  expect({ status: response.status, body }).toMatchObject({ status: 201 })
  const order = orderSchema.parse(body)
  let looks = 0
  async function receiptState(): Promise<string> {
    looks += 1
    const response = await fetch(`${gatewayUrl}/api/orders/${order.id}`, { headers: { cookie } })
    return lookSchema.parse(await response.json()).receipt.state
  }
  await expect.poll(receiptState, { timeout: 30_000, interval: 200 }).toBe('sent')
  return { order, looks }
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  kind: z.int().transform((kind) => KINDS[kind]),
  resource: z.object({ 'service.name': z.string() }),
})
type Span = z.output<typeof spanSchema> & { service: string }

function receivedSpans(): Span[] {
  return receiver.spans.map((span) => {
    const parsed = spanSchema.parse(span)
    return { ...parsed, service: parsed.resource['service.name'] }
  })
}

/** What `of` gives for each service. */
async function each<T>(of: (service: ServiceProcess) => T | Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await of(services[name])] as const)))
}

/** How many of the requests of each method and route there are. */
function tally(requests: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const request of requests) counts[request] = (counts[request] ?? 0) + 1
  return counts
}

function serverSpans({ name }: ServiceProcess): Record<string, number> {
  const spans = receivedSpans().filter(({ service, kind }) => service === name && kind === 'server')
  return tally(spans.map((span) => span.name))
}

function requestLines(service: ServiceProcess): Record<string, number> {
  const lines = service.lines().filter(({ msg }) => /^request (completed|failed|aborted)$/.test(String(msg)))
  return tally(lines.map(({ method, route }) => `${method} ${route}`))
}

async function countedRequests(service: ServiceProcess): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [labels, count] of await service.scrape('http_server_request_duration_seconds_count')) {
    const request = `${labelOf('http_request_method', labels)} ${labelOf('http_route', labels)}`
    counts[request] = (counts[request] ?? 0) + count
  }
  return counts
}

function labelOf(name: string, labels: string): string | undefined {
  return new RegExp(`[{,]${name}="([^"]*)"`).exec(labels)?.[1]
}

/** The services from this span up to the root of its trace. */
function pathOf(span: Span | undefined, trace: Span[]): string[] {
  const path: string[] = []
  for (let at = span; at; at = trace.find(({ spanId }) => spanId === at?.parentSpanId)) {
    if (path.at(-1) !== at.service) path.push(at.service)
  }
  return path
}
