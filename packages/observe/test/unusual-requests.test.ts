/**
 * Requests that end in unusual ways: each exchange ends once, and nothing of it is visible in another.
 */
import {
  createServer,
  request as httpRequest,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { trace } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { activeContext } from '../src/context/context.ts'
import { observeHttp } from '../src/http.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'

let obs: TestObserve
const open: Server[] = []
beforeEach(() => {
  obs = createTestObserve({ listen: true })
})
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  await obs.shutdown()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function get(port: number, path = '/'): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).status
}

function openRequests(text: string): number {
  return Array.from(text.matchAll(/^http_server_active_requests\{.*\} (-?\d+)$/gm)).reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  )
}

test('an error whose getters throw ends its request once', async () => {
  const port = await serve(
    observeHttp(obs, (_request, response) => {
      response.statusCode = 500
      response.end()
      obs.recordError(hostileError())
    }),
  )
  expect(await get(port)).toBe(500)
  await obs.until(() => obs.lines.length === 1)
  expect(openRequests((await obs.scrape()).body)).toBe(0)
})

test('outgoing calls of an ignored request make no spans, also after another request on the connection', async () => {
  await obs.shutdown()
  obs = createTestObserve({ listen: true, ignore: (path) => path === '/ignored' })
  const contexts: (string | undefined)[] = []
  const port = await serve((request, response) => {
    contexts.push(trace.getSpan(activeContext())?.spanContext().traceId)
    obs.span(`work of ${request.url}`, () => response.end())
  })
  const socket = connect(port, '127.0.0.1')
  for (const path of ['/seen', '/ignored']) await exchange(socket, path)
  await obs.until(() => obs.spans.some(({ name }) => name === 'work of /seen'))
  socket.destroy()
  expect(contexts).toEqual([expect.any(String), undefined])
  expect(obs.spans.map(({ name }) => name)).not.toContain('work of /ignored')
})

test('every pipelined request ends when its connection is reset', async () => {
  const responses: ServerResponse[] = []
  const port = await serve((_request, response) => void responses.push(response))
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(20))
  await obs.until(() => responses.length === 20)
  socket.resetAndDestroy()
  await obs.until(() => obs.spans.filter(({ kind }) => kind === 'server').length === 20)
  expect(openRequests((await obs.scrape()).body)).toBe(0)
})

test('a stream of the server that fails after the headers is an error of the server', async () => {
  const port = await serve((_request, response) => {
    response.write('begun')
    response.destroy(new TypeError('the disk failed'))
  })
  await expect(fetch(`http://127.0.0.1:${port}`).then((response) => response.text())).rejects.toThrow()
  await obs.until(() => obs.spans.some(({ kind }) => kind === 'server'))
  const span = obs.spans.find(({ kind }) => kind === 'server')
  expect(span).toMatchObject({ status: 'error', attributes: { 'error.type': 'TypeError' } })
})

test('a mock response that emits no "close" ends with "finish" and is not aborted', async () => {
  const listener = observeHttp(obs, (_request: IncomingMessage, response: ServerResponse) => void response.end('done'))
  const request = new IncomingMessage(null as unknown as Socket)
  Object.assign(request, { method: 'GET', url: '/mock', socket: {} })
  const response = new ServerResponse(request)
  response.assignSocket(sink())
  listener(request, response)
  await obs.until(() => obs.lines.length === 1)
  expect(obs.lines[0]).toMatchObject({ msg: 'request completed', status: 200, path: '/mock' })
})

test('baggage of an untrusted caller is not sent on', async () => {
  await obs.shutdown()
  obs = createTestObserve({ listen: true, traces: { trustIncoming: false } })
  const carried: Record<string, string>[] = []
  const port = await serve((_request, response) => {
    carried.push(obs.carrier())
    response.end()
  })
  await new Promise<void>((resolve) =>
    httpRequest({ port, headers: { baggage: 'user=42' } }, (response) => response.resume().on('end', resolve)).end(),
  )
  expect(carried[0]).toHaveProperty('traceparent')
  expect(carried[0]).not.toHaveProperty('baggage')
})

function hostileError(): Error {
  const error = new Error('x')
  for (const name of ['name', 'message', 'stack']) {
    Object.defineProperty(error, name, {
      get() {
        throw new Error(`no ${name}`)
      },
    })
  }
  return error
}

/** Sends one request on a connection that stays open, and waits for its answer. */
function exchange(socket: Socket, path: string): Promise<void> {
  return new Promise((resolve) => {
    socket.once('data', () => resolve())
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
  })
}

/** In place of a socket: takes everything. */
function sink(): Socket {
  const socket = new Writable({ write: (_chunk, _encoding, written) => written() })
  return socket as unknown as Socket
}
