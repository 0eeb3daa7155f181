/**
 * Outgoing requests that are written, aborted, left unread or upgraded: the trace goes on with them, and each span that a server
 * gets as a parent is sent.
 */
import { createHash } from 'node:crypto'
import { createServer, get, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { closed, listening } from '@lab/test-kit/server'
import { ProxyAgent, fetch as undiciFetch } from 'undici'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTestObserve, type FinishedSpan, type TestObserve } from '../src/testing.ts'

let obs: TestObserve
let server: Server
let url: URL
let headers: IncomingHttpHeaders[]
let upgraded: Duplex | undefined

beforeEach(async () => {
  headers = []
  obs = createTestObserve({ listen: true, ignore: () => true })
  server = createServer((incoming, response) => {
    headers.push(incoming.headers)
    if (incoming.url === '/endless') return void response.write('x'.repeat(200_000))
    incoming.resume()
    response.end('answer')
  })
  server.on('upgrade', (incoming, socket) => {
    headers.push(incoming.headers)
    const key = `${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    upgraded = socket.on('error', () => undefined)
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  })
  url = new URL(await listening(server))
})
afterEach(async () => {
  vi.useRealTimers()
  upgraded?.destroy()
  await closed(server)
  await obs.shutdown()
})

function client(): FinishedSpan | undefined {
  return obs.spans.find(({ kind }) => kind === 'client')
}

async function sent(options: object, body: string): Promise<IncomingHttpHeaders> {
  const { hostname, port } = url
  await new Promise<void>((resolve, reject) => {
    const outgoing = request({ hostname, port, method: 'POST', ...options }, (response) => {
      response.resume().on('close', resolve)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  await obs.until(() => client() !== undefined)
  return headers[0] ?? {}
}

test.each([
  ['given as an array', { headers: ['host', 'h', 'content-length', '4', 'x-one', '1'] }, { 'x-one': '1' }],
  ['with Expect: 100-continue', { headers: { expect: '100-continue', 'x-one': '1' } }, { 'x-one': '1' }],
])('headers %s carry the trace', async (_, options, others) => {
  const received = await sent(options, 'body')
  expect(received).toMatchObject(others)
  expect(received.traceparent).toBe(`00-${client()?.traceId}-${client()?.spanId}-03`)
})

test('a traceparent of the caller in an array of headers is kept', async () => {
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const received = await sent({ headers: ['host', 'h', 'content-length', '4', 'Traceparent', own] }, 'body')
  expect(received.traceparent).toBe(own)
})

test.each(['fetch', 'signal', 'abort', 'destroy'])('an abort by the caller (%s) is no error', async (way) => {
  const { hostname, port } = url
  const aborting = new AbortController()
  if (way === 'fetch') {
    const answer = await fetch(new URL('/endless', url), { signal: aborting.signal })
    aborting.abort()
    await expect(answer.text()).rejects.toThrow()
  } else {
    await new Promise<void>((resolve) => {
      const options = { hostname, port, path: '/endless', signal: aborting.signal }
      const outgoing = get(options, (response) => {
        response.on('error', () => undefined).on('close', resolve)
        if (way === 'signal') aborting.abort()
        else if (way === 'abort') outgoing.abort()
        else response.destroy()
      })
      outgoing.on('error', () => undefined)
    })
  }
  await obs.until(() => client() !== undefined)
  expect(client()).toMatchObject({ status: 'unset', attributes: { 'http.response.status_code': 200 } })
  expect(client()?.attributes).not.toHaveProperty('error.type')
})

test('a time-out is an error', async () => {
  const answer = await fetch(new URL('/endless', url), { signal: AbortSignal.timeout(50) })
  await expect(answer.text()).rejects.toThrow()
  await obs.until(() => client() !== undefined)
  expect(client()).toMatchObject({ status: 'error', attributes: { 'error.type': 'TimeoutError' } })
})

test('a response that is not read ends its span with its headers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { hostname, port } = url
  const response = await new Promise((resolve) => get({ hostname, port, path: '/endless' }, resolve))
  expect(response).toMatchObject({ statusCode: 200 })
  vi.advanceTimersByTime(5000)
  expect(client()).toMatchObject({ status: 'unset', attributes: { 'http.response.status_code': 200 } })
  expect(client()?.durationMs).toBeLessThan(4000)
})

test('a path of two slashes names no host to fetch', async () => {
  await (await fetch(`${url.origin}//elsewhere/path`)).text()
  await obs.until(() => client() !== undefined)
  expect(client()?.attributes).toMatchObject({
    'server.address': '127.0.0.1',
    'url.full': `${url.origin}//elsewhere/path`,
  })
})

test('a request through a proxy that names its origin in the path is one to that origin', async () => {
  const dispatcher = new ProxyAgent({ uri: url.origin, proxyTunnel: false })
  const response = await undiciFetch('http://stock.example:8080/items/7?page=2', { dispatcher })
  expect(await response.text()).toBe('answer')
  await dispatcher.close()
  await obs.until(() => client() !== undefined)
  expect(client()?.attributes).toMatchObject({
    'url.full': 'http://stock.example:8080/items/7',
    'server.address': 'stock.example',
    'server.port': 8080,
  })
})

test('a WebSocket gets no parent that is never sent', async () => {
  const socket = new WebSocket(`ws://${url.host}`)
  await new Promise((resolve) => {
    socket.onopen = resolve
  })
  socket.close()
  expect(headers[0]).not.toHaveProperty('traceparent')
})
