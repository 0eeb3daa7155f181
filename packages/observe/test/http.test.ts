/**
 * The contract on Node's own servers, each with a router of a few lines: node:http, node:https, and node:http2 with and
 * without TLS.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { Server } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { closed, listening } from '@lab/test-kit/server'
import { generate } from 'selfsigned'
import { describe, expect, test } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { createTestObserve } from '../src/testing.ts'
import type { Observe } from '../src/types.ts'
import { http1, http2 } from './contract/client.ts'
import { describeAdapter } from './contract/contract.ts'
import { matchRoute, Refused, type Reply, type Route } from './contract/routes.ts'
import { Reader } from './observed.ts'

type AnyRequest = IncomingMessage | Http2ServerRequest
type AnyResponse = ServerResponse | Http2ServerResponse
type Listener = (request: AnyRequest, response: AnyResponse) => void

const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])

const SERVERS: { name: string; scheme: 'http' | 'https'; protocol?: 'HTTP/2'; create(listener: Listener): Server }[] = [
  { name: 'node:http', scheme: 'http', create: (listener) => createServer(listener) },
  { name: 'node:https', scheme: 'https', create: (listener) => createHttpsServer({ key, cert }, listener) },
  {
    name: 'node:http2',
    scheme: 'https',
    protocol: 'HTTP/2',
    create: (listener) => createSecureServer({ key, cert }, listener),
  },
  { name: 'node:http2, h2c', scheme: 'http', protocol: 'HTTP/2', create: (listener) => createHttp2Server(listener) },
]

for (const { scheme, create, ...driver } of SERVERS) {
  describeAdapter({
    ...driver,
    node: true,
    withoutAdapter: { routes: false, errors: false },
    async start(routes, adapter) {
      const server = create(listenerOf(routes, adapter))
      const sessions = new Set<ServerHttp2Session>()
      server.on('session', (session: ServerHttp2Session) => sessions.add(session))
      const close = (): Promise<void> => {
        for (const session of sessions) session.destroy()
        return closed(server)
      }
      return { url: await listening(server, scheme), server, close }
    },
  })
}

function listenerOf(routes: Route[], adapter: Observe | undefined): Listener {
  const match = ({ method = '', url = '' }: AnyRequest) => matchRoute(routes, method, url.split('?')[0] ?? '')
  const handle = (request: AnyRequest, response: AnyResponse): unknown => {
    const matched = match(request)
    if (matched === undefined) return fail(response, 404)
    const json = async () => JSON.parse(await text(request))
    const result = matched.route.handle({ params: matched.params, json, request })
    return result instanceof Promise ? result.then((reply) => answer(response, reply)) : answer(response, result)
  }
  const observed = adapter ? observeHttp(adapter, handle, { route: (request) => match(request)?.template }) : handle
  return function listener(request, response) {
    // An app answers the errors of its handlers in its own way.
    new Promise((resolve) => resolve(observed(request, response))).catch((error: unknown) => {
      fail(response, statusOf(error))
    })
  }
}

function answer(response: AnyResponse, { status = 200, json, stream }: Reply): void {
  response.statusCode = status
  response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json')
  if (stream) stream.pipe(response)
  else response.end(json === undefined ? '' : JSON.stringify(json))
}

function fail(response: AnyResponse, status: number): void {
  response.statusCode = status
  response.end()
}

function statusOf(error: unknown): number {
  if (error instanceof SyntaxError) return 400
  return error instanceof Refused ? error.status : 500
}

describe.each(SERVERS)(
  '$name: a response that is ended because its client has gone',
  ({ scheme, protocol, create }) => {
    test.each([
      { who: 'the adapter', listen: false },
      { who: 'the platform', listen: true },
    ])('is an aborted one, seen by $who', async ({ listen }) => {
      const obs = createTestObserve({ listen })
      const handle: Listener = (request, response) => {
        request.once('aborted', () => response.end())
        const stream = new Readable({ read: () => undefined })
        stream.push('first')
        answer(response, { stream })
      }
      const server = create(listen ? handle : observeHttp(obs, handle))
      const client = protocol === 'HTTP/2' ? http2 : http1
      const conversation = await client.begin(await listening(server, scheme), { path: '/' })
      await conversation.readUntil(/first/)
      conversation.goAway()
      expect((await new Reader(obs).one()).line).toMatchObject({ level: 'warn', aborted: true, status: 200 })
      await obs.shutdown()
      await closed(server)
    })
  },
)

test('the streams of HTTP/2 without requests and responses of the old form, and pushed ones', async () => {
  const obs = createTestObserve({ listen: true })
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => {
    obs.span('inside', () => undefined)
    const answer = (): void => {
      stream.respond({ ':status': 202 })
      stream.end('{}')
    }
    if (headers[':path'] !== '/push') return answer()
    stream.pushStream({ ':path': '/pushed' }, (_, pushed) => {
      pushed.respond()
      pushed.end('pushed')
      answer()
    })
  })
  const url = await listening(server)
  const reader = new Reader(obs)
  for (const path of ['/stream?secret=1', '/push']) {
    obs.reset()
    expect(await http2.send(url, { path, method: 'POST', body: 'x' })).toMatchObject({ status: 202 })
    const { span, line } = await reader.one()
    expect(span.attributes).toMatchObject({ 'network.protocol.version': '2', 'url.scheme': 'http' })
    expect(obs.spans.find(({ name }) => name === 'inside')).toMatchObject({ parentSpanId: span.spanId })
    expect(line).toMatchObject({ status: 202, path: path.replace(/\?.*/, '') })
  }
  await obs.shutdown()
  await closed(server)
})

test('the wrapper has the arity of the handler, is async where that is, and passes this and every argument', async () => {
  const obs = createTestObserve()
  const rest: unknown[] = []
  function plain(this: unknown, _request: IncomingMessage, response: ServerResponse, next: string): void {
    rest.push(this, next)
    response.end()
  }
  const own = { handle: observeHttp(obs, plain) }
  expect(own.handle).toHaveLength(3)
  const wrapped = observeHttp(obs, async (_request: IncomingMessage, _response: ServerResponse) => {
    throw new Error('handled by the router')
  })
  expect(wrapped).toHaveLength(2)
  expect(Object.prototype.toString.call(wrapped)).toBe('[object AsyncFunction]')
  const server = createServer((request, response) => {
    own.handle(request, response, 'next')
    Promise.resolve(wrapped(request, response)).catch((error: Error) => rest.push(error.message))
  })
  await http1.send(await listening(server), { path: '/' })
  await expect.poll(() => rest).toEqual([own, 'next', 'handled by the router'])
  await obs.shutdown()
  await closed(server)
})
