/**
 * Outgoing requests of fetch, undici and node:http against real servers: span, metric, and the headers that carry on.
 */
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingHttpHeaders, request, type Server } from 'node:http'
import { createSecureServer } from 'node:http2'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import undici from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseMetrics, sampleValue } from '../../test/strict-metrics.ts'
import { createTestObserve, type TestObserve } from '../testing.ts'

let obs: TestObserve
let server: Server
let url: string
let seen: IncomingHttpHeaders[]

beforeEach(async () => {
  seen = []
  server = createServer((incoming, response) => {
    seen.push(incoming.headers)
    if (incoming.url === '/cut') return void response.write('half', () => response.destroy())
    if (incoming.url === '/half') return void response.write('half')
    if (incoming.url === '/silent') return
    if (incoming.url === '/moved') return void response.writeHead(302, { location: '/moved again' }).end()
    if (incoming.url === '/moved%20again') return void response.writeHead(307, { location: `${url}/` }).end()
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

function clients() {
  return obs.spans.filter((span) => span.kind === 'client')
}

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
  ['fetch of undici', (target: string) => undici.fetch(target).then((response) => response.text())],
  ['request of undici', (target: string) => undici.request(target).then(({ body }) => body.text())],
  ['node:http', viaHttp],
])('%s', (_, send) => {
  test('is a client span under the active one, and the server gets its ids', async () => {
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
    expect(seen[0]?.traceparent).toBe(`00-${client?.traceId}-${client?.spanId}-03`)
    const { body } = await obs.scrape()
    const labels = { http_response_status_code: '200', server_address: '127.0.0.1' }
    expect(sampleValue(parseMetrics(body, 'text'), 'http_client_request_duration_seconds_count', labels)).toBe(1)
  })

  test('carries nothing on when the environment says so', async () => {
    await obs.shutdown()
    process.env.OTEL_PROPAGATORS = 'none'
    obs = createTestObserve({ listen: true, ignore: () => true })
    delete process.env.OTEL_PROPAGATORS
    await obs.span('outer', () => send(url))
    await obs.until(() => clients().length === 1)
    expect(seen[0]).not.toHaveProperty('traceparent')
  })

  test('marks an answer of 4xx as an error with its status', async () => {
    await send(`${url}/missing`)
    await obs.until(() => clients().length === 1)
    expect(clients()[0]).toMatchObject({ status: 'error', attributes: { 'error.type': '404' } })
  })

  test('ends with the error when the connection is refused', async () => {
    // A port without a listener that no process is given. Port 1 is one that fetch refuses to call.
    await expect(send('http://127.0.0.1:2/')).rejects.toThrow()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]).toMatchObject({ status: 'error', attributes: { 'error.type': 'ECONNREFUSED' } })
  })

  test('ends with an error when the response is cut off', async () => {
    await expect(send(`${url}/cut`)).rejects.toThrow()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.status).toBe('error')
  })
})

describe('the peer of node:http', () => {
  test.each([
    ['a path of two slashes', '//elsewhere/path', {}, 'GET', '127.0.0.1', '//elsewhere/path'],
    [
      'a Host header that a client of a proxying service chose',
      '/path',
      { host: 'evil.example:99' },
      'GET',
      '127.0.0.1',
      '/path',
    ],
    ['the absolute form for a forward proxy', 'http://origin.example/path', {}, 'GET', 'origin.example', '/path'],
    ['the authority form of CONNECT', 'origin.example:8443', {}, 'CONNECT', 'origin.example', '/'],
  ])('%s', async (_, path, headers, method, address, shown) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, path, headers, method }, (response) => response.resume())
    sent.on('error', () => undefined).end()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.attributes['server.address']).toBe(address)
    expect(new URL(String(clients()[0]?.attributes['url.full'])).pathname).toBe(shown)
  })
})

describe.each([
  ['fetch', fetch],
  ['fetch of undici', undici.fetch as typeof fetch],
])('%s', (_, send) => {
  test('is one span for each redirect that it follows', async () => {
    await obs.span('outer', () => send(`${url}/moved`).then((response) => response.text()))
    await obs.until(() => clients().length === 3)
    const shown = clients().map(({ attributes }) => [
      attributes['url.full'],
      attributes['http.response.status_code'],
      attributes['http.request.resend_count'],
    ])
    expect(shown).toEqual([
      [`${url}/moved`, 302, undefined],
      [`${url}/moved%20again`, 307, 1],
      [`${url}/`, 200, 2],
    ])
    expect(new Set(clients().map(({ traceId }) => traceId)).size).toBe(1)
    expect(seen.map(({ traceparent }) => traceparent)).toEqual(
      clients().map(({ traceId, spanId }) => `00-${traceId}-${spanId}-03`),
    )
    await obs.span('later', () => send(`${url}/`).then((response) => response.text()))
    await obs.until(() => clients().length === 4)
    expect(clients()[3]?.attributes).not.toHaveProperty('http.request.resend_count')
  })

  test('ends without an error when the caller gives up, before the response and within it', async () => {
    const before = new AbortController()
    const silent = send(`${url}/silent`, { signal: before.signal })
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
    before.abort()
    await expect(silent).rejects.toThrow('aborted')
    const within = new AbortController()
    const response = await send(`${url}/half`, { signal: within.signal })
    within.abort()
    await expect(response.text()).rejects.toThrow('aborted')
    await obs.until(() => clients().length === 2)
    for (const { attributes, status } of clients()) {
      expect({ status, type: attributes['error.type'] }).toEqual({ status: 'unset', type: undefined })
    }
    expect(clients()[1]?.attributes['http.response.status_code']).toBe(200)
  })

  test('keeps a traceparent of the caller, however it is written', async () => {
    await send(url, { headers: { TraceParent: 'own', 'x-note': 'traceparent' } }).then((response) => response.text())
    await send(url, { headers: { 'x-note': 'traceparent' } }).then((response) => response.text())
    expect(seen[0]?.traceparent).toBe('own')
    expect(seen[1]?.traceparent).toMatch(/^00-/)
  })

  test('names an unknown method once', async () => {
    await send(url, { method: 'PURGE' }).then((response) => response.text())
    await obs.until(() => clients().length === 1)
    expect(clients()[0]).toMatchObject({
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' },
    })
  })
})

test('undici over HTTP/2', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  const headers: IncomingHttpHeaders[] = []
  const secure = createSecureServer({ key, cert }, (incoming, response) => {
    headers.push(incoming.headers)
    response.writeHead(incoming.url === '/missing' ? 404 : 200).end('body')
  })
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo
  const dispatcher = new undici.Agent({ allowH2: true, connect: { rejectUnauthorized: false } })
  await obs.span('outer', () =>
    Promise.all(
      ['/', '/missing'].map(async (path) => {
        const { body } = await undici.request(`https://127.0.0.1:${port}${path}`, { dispatcher })
        expect(await body.text()).toBe('body')
      }),
    ),
  )
  await obs.until(() => clients().length === 2)
  expect(
    clients()
      .map(({ attributes }) => attributes['http.response.status_code'])
      .toSorted(),
  ).toEqual([200, 404])
  expect(headers.map(({ traceparent }) => traceparent).toSorted()).toEqual(
    clients()
      .map(({ traceId, spanId }) => `00-${traceId}-${spanId}-03`)
      .toSorted(),
  )
  await dispatcher.close()
  secure.close()
})

describe('node:http', () => {
  test('leaves a request alone whose headers are an array', async () => {
    expect(await viaHttp(url, ['host', 'x', 'x-own', '1'])).toBe(200)
    await obs.until(() => clients().length === 1)
    expect(seen[0]).toMatchObject({ 'x-own': '1' })
  })

  test('is the same by node:https', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    const secure = https
      .createServer({ key, cert }, (_incoming, response) => response.end('body'))
      .listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const { port } = secure.address() as AddressInfo
    const sent = https.get(`https://127.0.0.1:${port}/users/1?token=secret`, { rejectUnauthorized: false })
    const [response] = await once(sent, 'response')
    await once(response.resume(), 'end')
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'url.full': `https://127.0.0.1:${port}/users/1`,
    })
    secure.close()
  })

  test('ends once when the caller destroys the request', async () => {
    const sent = request(url)
    sent.on('error', () => undefined)
    const closed = new Promise((resolve) => sent.on('close', resolve))
    sent.destroy()
    await closed
    expect(clients().map(({ status }) => status)).toEqual(['error'])
    const families = parseMetrics((await obs.scrape()).body, 'text')
    const samples = families.get('http_client_request_duration_seconds')?.samples ?? []
    const counts = samples.filter(({ name }) => name.endsWith('_count'))
    expect(counts.map(({ labels, value }) => [labels.error_type, value])).toEqual([['ECONNRESET', 1]])
  })

  test('is one span for each redirect, when the caller follows it', async () => {
    await obs.span('outer', async () => {
      await viaHttp(`${url}/moved`)
      await viaHttp(`${url}/moved%20again`)
    })
    await obs.until(() => clients().length === 2)
    expect(clients().map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1])
  })

  test('ends with what the caller destroys the response for', async () => {
    await new Promise<void>((resolve) => {
      get(`${url}/half`, (response) => {
        response.on('error', () => resolve())
        response.destroy(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
      }).on('error', () => 'reported by the response, too')
    })
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.attributes).toMatchObject({ 'error.type': 'ENOUGH', 'http.response.status_code': 200 })
  })

  test('ends when the connection becomes something else', async () => {
    server.on('upgrade', (_, socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: news\r\n\r\n'),
    )
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
    const upgrade = request(url, { headers: { connection: 'upgrade', upgrade: 'news' } }).end()
    await once(upgrade, 'upgrade')
    const tunnel = request(url, { method: 'CONNECT', path: 'elsewhere:443' }).end()
    await once(tunnel, 'connect')
    await obs.until(() => clients().length === 2)
    expect(clients().map(({ status, attributes }) => [status, attributes['http.response.status_code']])).toEqual([
      ['unset', 101],
      ['unset', 200],
    ])
  })

  test('tells an address of IPv6 without brackets', async () => {
    await expect(viaHttp('http://[::1]:1/')).rejects.toThrow()
    await obs.until(() => clients().length === 1)
    expect(clients()[0]?.attributes).toMatchObject({ 'server.address': '::1', 'url.full': 'http://[::1]:1/' })
  })

  test('does not grow with the hosts that are called', async () => {
    const bounded = createTestObserve({ listen: true, metrics: { maxSeries: 100 } })
    // One set of connections for all names, which all lead here.
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    agent.getName = () => 'here'
    const { port } = new URL(url)
    const call = (host: string) =>
      new Promise<void>((resolve, reject) => {
        get({
          host,
          port,
          agent,
          lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
        })
          .on('response', (response) => response.resume().on('close', resolve))
          .on('error', reject)
      })
    for (let from = 0; from < 10_000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, at) => call(`host-${from + at}.test`)))
    }
    const families = parseMetrics((await bounded.scrape()).body, 'text')
    const counts = families
      .get('http_client_request_duration_seconds')
      ?.samples.filter(({ name }) => name.endsWith('_count'))
    expect(counts).toHaveLength(101)
    expect(counts?.reduce((sum, { value }) => sum + value, 0)).toBe(10_000)
    agent.destroy()
    await bounded.shutdown()
  }, 180_000)
})
