/**
 * What callers of the API see of services that fail, dawdle, vanish or talk nonsense, over real sockets.
 */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { patient, startGateway, type TestGateway } from '../../test/gateway.ts'

let gateway: TestGateway

beforeEach(async () => {
  gateway = await startGateway()
})

afterEach(() => gateway.close())

const fern = { sku: 'fern', name: 'Fern', description: '', priceCents: 1490, currency: 'EUR', image: 'leaf', stock: 3 }

test('passes on what the service answers, without what the storefront does not use', async () => {
  gateway.peers.inventory.on('GET /products', { body: [{ ...fern, purchasePrice: 700 }] })
  const { status, body } = await get('/api/products')
  expect(status).toBe(200)
  expect(body).toEqual([fern])
})

test('passes on a refusal of the service with its status, code and details', async () => {
  const error = { code: 'unknown_product', message: 'There is no product "moss".', details: { sku: 'moss' } }
  gateway.peers.inventory.on('GET /products/moss', { status: 404, body: { error } })
  const { status, body } = await get('/api/products/moss')
  expect(status).toBe(404)
  expect(body).toEqual({ error })
  expect(gateway.peers.inventory.requests).toHaveLength(1)
})

test('repeats a call once after a 5xx, and the caller gets the second answer', async () => {
  gateway.peers.inventory.on('GET /products/fern', { status: 500, body: {} }, { body: fern })
  const { status, body } = await get('/api/products/fern')
  expect(status).toBe(200)
  expect(body).toEqual(fern)
  expect(gateway.peers.inventory.requests).toHaveLength(2)
})

test('repeats a call once and no more', async () => {
  gateway.peers.inventory.on('GET /products/fern', { status: 500, body: { error: { code: 'internal' } } })
  const { status, headers, body } = await get('/api/products/fern')
  expect(status).toBe(502)
  expect(headers.get('retry-after')).toBe('2')
  expect(body).toMatchObject({ error: { code: 'upstream_failed', message: expect.stringContaining('inventory') } })
  expect(gateway.peers.inventory.requests).toHaveLength(2)
})

test('does not press a service that says when to come back', async () => {
  const error = { code: 'card_network_unavailable', message: 'The card network does not answer.' }
  gateway.peers.inventory.on('GET /products', { status: 503, body: { error }, headers: { 'retry-after': '5' } })
  const { status, headers, body } = await get('/api/products')
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toBe('5')
  expect(body).toMatchObject({ error })
  expect(gateway.peers.inventory.requests).toHaveLength(1)
})

test('a service that dawdles is a 504 after two attempts', async () => {
  await becomeImpatient()
  gateway.peers.inventory.on('GET /products', () => undefined)
  const { status, headers, body } = await get('/api/products')
  expect(status).toBe(504)
  expect(headers.get('retry-after')).toBe('2')
  expect(body).toMatchObject({ error: { code: 'upstream_timeout' } })
  // On a busy machine an attempt may be given up before the service has seen it.
  const repeated = gateway.obs.lines.filter(({ msg }) => msg === 'repeating a call')
  expect(repeated).toEqual([expect.objectContaining({ upstream: 'inventory', reason: 'timeout' })])
})

test('a service that begins its answer and dawdles over the rest is a 504 as well', async () => {
  await becomeImpatient()
  gateway.peers.inventory.on('GET /products', (_request, response) => void response.write('[{"sku":'))
  expect((await get('/api/products')).status).toBe(504)
})

test('a service that is not there is a 503, and the answer has the trace id to look it up with', async () => {
  await gateway.peers.inventory.close()
  const { status, headers, body } = await get('/api/products')
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toBe('2')
  await gateway.obs.until(() => gateway.obs.spans.length > 0)
  const traceId = gateway.obs.spans.find(({ kind }) => kind === 'server')?.traceId
  expect(body).toMatchObject({ error: { code: 'upstream_unavailable', traceId } })
})

test('a connection that breaks is tried once more', async () => {
  const { inventory } = gateway.peers
  inventory.on('GET /products/fern', (_request, response) => void response.destroy(), { body: fern })
  expect((await get('/api/products/fern')).status).toBe(200)
})

test.each([
  ['no JSON', '<html>'],
  ['another shape', { products: [] }],
])('an answer that is %s is a 502', async (_name, nonsense) => {
  gateway.peers.inventory.on('GET /products', { body: nonsense })
  const { status, body } = await get('/api/products')
  expect(status).toBe(502)
  expect(body).toMatchObject({ error: { code: 'bad_upstream_answer' } })
})

test('a product name cannot reach another path of the service', async () => {
  await get('/api/products/..%2Ffaults')
  expect(gateway.peers.inventory.requests[0]?.path).toBe('/products/..%2Ffaults')
})

/** Another gateway, which waits for a moment only. */
async function becomeImpatient(): Promise<void> {
  await gateway.close()
  gateway = await startGateway(undefined, { ...patient, reading: 400 })
}

async function get(path: string): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(gateway.url + path)
  return { status: response.status, headers: response.headers, body: await response.json() }
}
