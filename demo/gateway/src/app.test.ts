/**
 * What every answer of the gateway has in common, the status of the services behind it, and one exchange per request.
 */

import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../test/gateway.ts'

let gateway: TestGateway

beforeEach(async () => {
  gateway = await startGateway()
})

afterEach(() => gateway.close())

test.each(['/', '/api/status', '/api/nothing', '/assets/shop.js'])('%s has the security headers', async (path) => {
  const { headers } = await fetch(gateway.url + path)
  const policy = headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('unsafe')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.has('x-powered-by')).toBe(false)
})

test('serves every page, and says 404 in the language of the caller', async () => {
  for (const path of ['/', '/orders', '/orders/some-id', '/status']) {
    const response = await fetch(gateway.url + path)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.status).toBe(200)
  }
  const page = await fetch(`${gateway.url}/nowhere`, { headers: { accept: 'text/html' } })
  expect(page.status).toBe(404)
  expect(await page.text()).toContain('There is nothing here')
  const api = await fetch(`${gateway.url}/api/missing`)
  expect(api.status).toBe(404)
  expect(await api.json()).toEqual({ error: { code: 'not_found', message: 'There is no GET /api/missing here.' } })
})

test('leads from a trace id to the page of the trace, and to no other page', async () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736'
  const { status, headers } = await fetch(`${gateway.url}/traces/${id}`, { redirect: 'manual' })
  expect([status, headers.get('location')]).toEqual([302, `http://traces.example/${id}/all`])
  const strange = await fetch(`${gateway.url}/traces/..%2f..%2f%2fevil.example`, { redirect: 'manual' })
  expect(strange.status).toBe(400)
})

test.each(['/%', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/package.json'])(
  '%s gives nothing away',
  async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /)
    expect(answer).toContain('"error":{"code":"')
  },
)

test('tells how the services are, also those that are down', async () => {
  const { orders, inventory, payments, notifier } = gateway.peers
  orders.on('GET /faults', { body: { 'database-slow': false } })
  payments.on('GET /faults', { body: { 'payments-slow': true, 'payments-failing': false } })
  notifier.on('GET /faults', { body: {} })
  notifier.on('GET /queue', { body: { depth: 4, oldestAgeSeconds: 1.5 } })
  const alert = { name: 'ErrorBudgetBurn', service: 'payments', status: 'firing', startsAt: '2026-03-04T10:20:30Z' }
  notifier.on('GET /alerts', { body: [{ ...alert, runbookUrl: 'javascript:alert(1)' }] })
  await inventory.close()
  const response = await fetch(`${gateway.url}/api/status`)
  expect(response.status).toBe(200)
  const { alerts, ...status } = JSON.parse(await response.text())
  expect(status).toMatchObject({
    healthy: false,
    services: [
      { name: 'orders', healthy: true, faults: [] },
      { name: 'inventory', healthy: false, problem: expect.stringContaining('cannot be reached') },
      { name: 'payments', healthy: true, faults: ['payments-slow'] },
      { name: 'notifier', healthy: true, faults: [] },
    ],
    queue: { depth: 4, oldestAgeSeconds: 1.5 },
  })
  // An address that is no page does not become a link.
  expect(alerts).toEqual([alert])
})

test('each request is one exchange under the name of its route', async () => {
  const { obs, url, peers } = gateway
  peers.orders.on('GET /orders/5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11', { status: 500, body: {} })
  const requests = [
    ['/api/products/a', 'GET /api/products/:sku', 404],
    ['/orders/1', 'GET /orders/:id', 200],
    ['/assets/shop.js', 'GET /assets/shop.js', 200],
    ['/api/orders/5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11', 'GET /api/orders/:id', 502],
    ['/somewhere', 'GET', 404],
  ] as const
  for (const [path] of requests) await (await fetch(url + path)).text()
  const servers = () => obs.spans.filter(({ kind }) => kind === 'server')
  await obs.until(() => servers().length === requests.length)
  const seen = servers().map(({ name, attributes }) => [name, attributes['http.response.status_code']])
  expect(seen).toEqual(requests.map(([, name, status]) => [name, status]))
  expect(obs.lines.filter(({ msg }) => /^request (completed|failed)$/.test(msg))).toHaveLength(requests.length)
})

async function raw(request: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.end(request)
  return text(socket)
}

test.each([
  ['DELETE', '/api/orders', 'GET, HEAD, POST'],
  ['PUT', '/api/orders/5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11', 'GET, HEAD'],
  ['POST', '/api/products', 'GET, HEAD'],
  ['POST', '/', 'GET, HEAD'],
])('%s %s is a 405 that says what the path takes', async (method, path, allow) => {
  const response = await fetch(gateway.url + path, { method })
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } })
})

test('what is no HTTP request is answered in the form of every other error', async () => {
  const [head = '', body = ''] = (await raw('hello?\r\n\r\n')).split('\r\n\r\n')
  expect(head).toContain('HTTP/1.1 400 ')
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'bad_request' } })
})
