/**
 * Outgoing requests of fetch, undici and node:http against real servers: span, metric, and the headers that carry on.
 */
import { createServer, get, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseMetrics, sampleValue } from '../../../test/strict-metrics.ts'
import { createTestObserve, type TestObserve } from '../../testing.ts'

let obs: TestObserve
let server: Server
let url: string
let seen: IncomingHttpHeaders[]

beforeEach(async () => {
  seen = []
  server = createServer((incoming, response) => {
    seen.push(incoming.headers)
    if (incoming.url === '/cut') return void response.write('half', () => response.destroy())
    response.statusCode = incoming.url === '/missing' ? 404 : 200
    response.end('body')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  obs = createTestObserve({ listen: true, ignore: () => true })
})

afterEach(async () => {
  await obs.shutdown()
  server.closeAllConnections()
  server.close()
})

const clients = () => obs.spans.filter((span) => span.kind === 'client')

function viaHttp(target: string, headers: Record<string, string> | string[] = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = get(target, { headers }, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
  })
}

describe.each([
  ['fetch', (target: string) => fetch(target).then((response) => response.text())],
  ['node:http', viaHttp],
])('%s', (_, send) => {
  it('is a client span under the active one, and the server gets its ids', async () => {
    await obs.span('outer', () => send(`${url}/users/1?token=secret`))
    await obs.until(() => clients().length === 1)
    const outer = obs.spans.find((span) => span.name === 'outer')
    const [client] = clients()
    expect(client).toMatchObject({ name: 'GET', parentSpanId: outer?.spanId, traceId: outer?.traceId, status: 'unset' })
    expect(client?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
      'url.full': `${url}/users/1`,
    })
    expect(seen[0]?.traceparent).toBe(`00-${client?.traceId}-${client?.spanId}-01`)
    const { body } = await obs.scrape()
    const labels = { http_response_status_code: '200', server_address: '127.0.0.1' }
    expect(sampleValue(parseMetrics(body, 'text'), 'http_client_request_duration_seconds_count', labels)).toBe(1)
  })

  it('carries nothing on when the environment says so', async () => {
    await obs.shutdown()
    process.env.OTEL_PROPAGATORS = 'none'
    obs = createTestObserve({ listen: true, ignore: () => true })
    delete process.env.OTEL_PROPAGATORS
    await obs.span('outer', () => send(url))
    await obs.until(() => clients().length === 1)
    expect(seen[0]).not.toHaveProperty('traceparent')
  })

  it('marks an answer of 4xx as an error with its status', async () => {
    await send(`${url}/missing`)
    await obs.until(() => clients().length === 1)
    expect(clients()[0]).toMatchObject({ status: 'error', attributes: { 'error.type': '404' } })
  })

  it('ends with the error when nobody answers', async () => {
    const { port } = new URL(url)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(send(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]).toMatchObject({ status: 'error', attributes: { 'error.type': 'ECONNREFUSED' } })
  })

  it('ends with an error when the response is cut off', async () => {
    await expect(send(`${url}/cut`)).rejects.toThrow()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.status).toBe('error')
  })
})

describe('node:http', () => {
  it('leaves a request alone whose headers are an array', async () => {
    expect(await viaHttp(url, ['host', 'x', 'x-own', '1'])).toBe(200)
    await obs.until(() => clients().length === 1)
    expect(seen[0]).toMatchObject({ 'x-own': '1' })
  })

  it('ends once when the caller destroys the request', async () => {
    const sent = request(url)
    sent.on('error', () => undefined)
    sent.destroy()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.status).toBe('error')
  })
})
