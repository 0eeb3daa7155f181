/**
 * What every adapter does, once: the same app on every framework, over real sockets, in three set-ups. With the adapter
 * alone, with the adapter while the platform publishes too, and with the platform alone, where a framework without a
 * channel of its own tells no route and no error.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import type { Observe } from '../src/types.ts'
import { contractRoutes, createWorld, type Route, type World } from './contract-routes.ts'
import { type Observed, Reader, the } from './observed.ts'
import { ask, open, type RawRequest, readUntil, send, wire } from './raw-client.ts'

export interface Running {
  /** `http://127.0.0.1:41234` */
  url: string
  server: Server
  close(): Promise<unknown>
}

export interface Driver {
  name: string
  /** Serves the routes; with the adapter where an `Observe` is given. Errors are answered by a handler of the app's own. */
  start(routes: Route[], adapter: Observe | undefined): Promise<Running>
  /** What is known of a request where there is no adapter. */
  withoutAdapter: { routes: boolean; errors: boolean }
  /** Whether there is no adapter, since the framework's own channel tells as much. */
  adapterless?: boolean
  /** Whether handlers see Node's own request, so that they can listen on it and a client that goes away is noticed. */
  node: boolean
}

const SETUPS = [
  { setup: 'adapter only', listen: false, adapter: true },
  { setup: 'listening, with adapter', listen: true, adapter: true },
  { setup: 'listening, without adapter', listen: true, adapter: false },
]

export function describeAdapter(driver: Driver): void {
  const setups = SETUPS.filter(({ adapter }) => !adapter || !driver.adapterless)
  describe.each(setups)(`${driver.name}: $setup`, ({ listen, adapter }) => {
    const knows = adapter ? { routes: true, errors: true } : driver.withoutAdapter
    const routeIfKnown = (template: string) => (knows.routes ? template : undefined)
    let target: Target
    let obs: TestObserve
    let world: World
    let running: Running
    let reader: Reader

    beforeAll(async () => {
      target = await startTarget()
      obs = createTestObserve({ listen, ignore: (path) => path === '/healthz' || path === '/target' })
      world = createWorld(target.url)
      running = await driver.start(contractRoutes(obs, world), adapter ? obs : undefined)
      reader = new Reader(obs)
    })
    beforeEach(() => {
      obs.reset()
      target.headers.length = 0
      Object.assign(world, createWorld(target.url))
    })
    afterEach(() => {
      world.release()
      for (const stream of world.streams) stream.destroy()
    })
    afterAll(async () => {
      await obs.shutdown()
      running.server.closeAllConnections()
      await running.close()
      await target.close()
    })

    describe('route', () => {
      test.each([
        ['/items/7', '/items/:id'],
        ['/admin/items/7', '/admin/items/:id'],
        ['/t/acme/items/7', '/t/:tenant/items/:id'],
        ['/t/t/items/7?tenant=secret', '/t/:tenant/items/:id'],
      ])('%s is %s in all signals', async (path, template) => {
        expect(await ask(running.url, { path })).toMatchObject({ status: 200 })
        const { span, line } = await reader.one()
        expect(span.attributes['http.route']).toBe(routeIfKnown(template))
        expect(span).toMatchObject({ kind: 'server', status: 'unset', parentSpanId: undefined, events: [] })
        expect(line).toMatchObject({ level: 'info', method: 'GET', path: path.replace(/\?.*/, ''), status: 200 })
        expect(JSON.stringify([obs.spans, obs.lines])).not.toContain('secret')
      })

      test('a path that nothing answers has none', async () => {
        for (const path of ['/nothing', '/items', '/admin/nothing', '/t/acme/nothing', '/wp-login.php']) {
          obs.reset()
          expect(await ask(running.url, { path })).toMatchObject({ status: 404 })
          const { span } = await reader.one()
          expect(span).toMatchObject({ name: 'GET', status: 'unset' })
        }
      })

      test('a method that no route takes gives one exchange', async () => {
        await ask(running.url, { method: 'DELETE', path: '/items/7' })
        await reader.one()
      })
    })

    describe('errors', () => {
      test.each(['sync', 'reject'])('a handler that fails (%s): stack and cause', async (how) => {
        for (const [mount, template] of [
          ['', '/fail/:how'],
          ['/t/acme', '/t/:tenant/fail/:how'],
        ]) {
          obs.reset()
          expect(await ask(running.url, { path: `${mount}/fail/${how}` })).toMatchObject({ status: 500 })
          const { span, line } = await reader.one()
          expect(span.attributes['http.route']).toBe(routeIfKnown(the(template)))
          expect(span.status).toBe('error')
          expect(line).toMatchObject({ level: 'error', msg: 'request failed', status: 500 })
          expect(span.attributes['error.type']).toBe(knows.errors ? 'TypeError' : '500')
          expect(span.events).toHaveLength(knows.errors ? 1 : 0)
          if (!knows.errors) continue
          expect(span.events[0]).toMatchObject({
            name: 'exception',
            attributes: { 'exception.type': 'TypeError', 'exception.message': 'broken' },
          })
          expect(span.events[0]?.attributes['exception.stacktrace']).toContain('contract-routes.ts')
          expect(line.err).toMatchObject({ type: 'TypeError', message: 'broken', cause: { message: 'the disk' } })
          expect(line.err).toHaveProperty('stack', expect.stringContaining('contract-routes.ts'))
        }
      })

      test.each(['string', 'object'])('what is thrown is no Error: %s', async (how) => {
        expect(await ask(running.url, { path: `/fail/${how}` })).toMatchObject({ status: 500 })
        const { span, line } = await reader.one()
        expect(span).toMatchObject({ status: 'error' })
        if (!knows.errors) return
        expect(span.events).toHaveLength(1)
        expect(line.err).toBeDefined()
      })

      test('a refusal is told briefly, and is no failure of the server', async () => {
        expect(await ask(running.url, { path: '/fail/refused' })).toMatchObject({ status: 422 })
        const { span, line } = await reader.one()
        expect(span).toMatchObject({ status: 'unset', events: [] })
        expect(span.attributes['error.type']).toBeUndefined()
        expect(line).toMatchObject({ level: 'info', status: 422 })
        expect(line.err).toEqual(knows.errors ? { type: 'Refused', message: 'not that' } : undefined)
      })

      test('a malformed body is a refusal', async () => {
        const request = {
          method: 'POST',
          path: '/echo',
          body: '{"a":',
          headers: { 'content-type': 'application/json' },
        }
        expect(await ask(running.url, request)).toMatchObject({ status: 400 })
        const { span, line } = await reader.one()
        expect(span).toMatchObject({ status: 'unset', events: [] })
        expect([routeIfKnown('/echo'), undefined]).toContain(span.attributes['http.route'])
        if (adapter) expect(line.err).toMatchObject({ type: expect.any(String), message: expect.any(String) })
        expect(line.err ?? {}).not.toHaveProperty('stack')
      })

      test('recordError puts a handled error on the span and the line', async () => {
        expect(await ask(running.url, { path: '/recorded' })).toMatchObject({ status: 200 })
        const { span, line } = await reader.one()
        expect(span.status).toBe('unset')
        expect(span.events.map(({ name }) => name)).toEqual(['exception'])
        expect(line.err).toMatchObject({ type: 'RangeError', message: 'handled here' })
      })
    })

    describe('ends', () => {
      test('the client goes away before the response', async () => {
        const socket = await open(running.url)
        socket.write(wire({ path: '/held' }))
        await obs.until(() => obs.lines.some(({ msg }) => msg === 'held'))
        socket.destroy()
        if (!driver.node) world.release()
        const { span, line } = await reader.one()
        expect(span.attributes['http.route']).toBe(routeIfKnown('/held'))
        if (!driver.node) return
        expect(line).toMatchObject({ level: 'warn', aborted: true, msg: 'request aborted' })
        expect(line.status).toBeUndefined()
        expect(span.attributes['error.type']).toBe('aborted')
        world.release()
        await new Promise((resolve) => setTimeout(resolve, 20))
        expect(obs.lines.filter(({ msg }) => msg.startsWith('request'))).toHaveLength(1)
      })

      test.runIf(driver.node)('the client goes away in the middle of its own request', async () => {
        const socket = await open(running.url)
        const headers = { 'content-type': 'application/json', 'content-length': '100' }
        socket.write(wire({ method: 'POST', path: '/echo', headers }))
        socket.write('{"a":')
        await new Promise((resolve) => setTimeout(resolve, 20))
        socket.destroy()
        expect((await reader.one()).line).toMatchObject({ aborted: true, level: expect.stringMatching(/warn|error/) })
      })

      test('the client ends an endless response', async () => {
        const socket = await open(running.url)
        socket.write(wire({ path: '/events' }))
        await readUntil(socket, /data: first/)
        expect(obs.spans).toEqual([])
        socket.destroy()
        const { span, line } = await reader.one()
        expect(span.attributes).toMatchObject({ 'http.response.status_code': 200, 'error.type': 'aborted' })
        expect(span.attributes['http.route']).toBe(routeIfKnown('/events'))
        expect(line).toMatchObject({ aborted: true, status: 200 })
      })

      test('a stream that ends by itself', async () => {
        const response = ask(running.url, { path: '/events' })
        await obs.until(() => world.streams.length === 1)
        world.streams[0]?.push(null)
        expect(await response).toMatchObject({ status: 200 })
        expect((await reader.one()).line).toMatchObject({ level: 'info', status: 200 })
      })

      test.each([204, 304])('%i, which has no body', async (code) => {
        expect(await ask(running.url, { path: `/status/${code}` })).toMatchObject({ status: code })
        const { span } = await reader.one()
        expect(span.attributes['http.route']).toBe(routeIfKnown('/status/:code'))
      })

      test('HEAD', async () => {
        const { status, text } = await ask(running.url, { method: 'HEAD', path: '/items/7' })
        expect(status).toBe(200)
        expect(text.endsWith('\r\n\r\n')).toBe(true)
        const { span } = await reader.one()
        expect(span.name).toBe(knows.routes ? 'HEAD /items/:id' : 'HEAD')
      })

      test('100 requests on one connection', async () => {
        const socket = await open(running.url)
        for (let id = 0; id < 100; id += 1) {
          socket.write(wire({ path: `/items/${id}` }))
          expect(await readUntil(socket, /\}/)).toContain(`"id":"${id}"`)
        }
        socket.destroy()
        expect(new Set((await reader.next(100)).map(({ span }) => span.traceId)).size).toBe(100)
      })

      test('requests that are sent without waiting for answers', async () => {
        const requests = [1, 2, 3].map((id) => wire({ path: `/items/${id}` })).join('')
        const { text } = await send(
          running.url,
          requests + wire({ path: '/items/4', headers: { connection: 'close' } }),
        )
        expect(text.match(/"id":"\d"/g)).toEqual(['"id":"1"', '"id":"2"', '"id":"3"', '"id":"4"'])
        expect((await reader.next(4)).map(({ line }) => line.path).sort()).toEqual(
          [1, 2, 3, 4].map((id) => `/items/${id}`),
        )
      })

      test('what Node refuses to parse is no request', async () => {
        expect(await send(running.url, 'GET /\r\nnonsense\r\n\r\n')).toMatchObject({ status: 400 })
        expect(await ask(running.url, { path: '/items/7' })).toMatchObject({ status: 200 })
        await reader.one()
      })

      test('an upgrade is answered by whoever listens for it', async () => {
        running.server.once('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
        const headers = { connection: 'upgrade', upgrade: 'websocket' }
        expect(await send(running.url, wire({ path: '/items/7', headers }))).toMatchObject({ status: 101 })
        expect(await ask(running.url, { path: '/items/7' })).toMatchObject({ status: 200 })
        await reader.one()
      })

      test('an ignored path leaves nothing', async () => {
        expect(await ask(running.url, { path: '/healthz' })).toMatchObject({ status: 200 })
        expect(await ask(running.url, { path: '/items/7' })).toMatchObject({ status: 200 })
        expect((await reader.one()).line.path).toBe('/items/7')
      })
    })

    describe('context', () => {
      test('after body parsing', async () => {
        const body = JSON.stringify({ text: 'x'.repeat(200_000) })
        const headers = { 'content-type': 'application/json', connection: 'close' }
        // Fastify and Express refuse so much by default, so less of it, in pieces.
        const small = body.slice(0, 50_000) + body.slice(-2)
        const bytes = wire({ method: 'POST', path: '/echo', headers, body: small })
        const socket = await open(running.url)
        socket.write(bytes.slice(0, 1000))
        await new Promise((resolve) => setTimeout(resolve, 20))
        socket.write(bytes.slice(1000))
        await once(socket.resume(), 'close')
        const { span } = await reader.one()
        expect(span.attributes['http.response.status_code']).toBe(200)
        expect(obs.lines.find(({ msg }) => msg === 'parsed')).toMatchObject({
          trace_id: span.traceId,
          span_id: span.spanId,
        })
      })

      test.runIf(driver.node)('in plain listeners on the request', async () => {
        const socket = await open(running.url)
        const headers = { 'content-type': 'application/octet-stream', connection: 'close' }
        const bytes = wire({ method: 'POST', path: '/listened', headers, body: 'x'.repeat(10) })
        socket.write(bytes.slice(0, -5))
        await new Promise((resolve) => setTimeout(resolve, 20))
        socket.write(bytes.slice(-5))
        await once(socket.resume(), 'close')
        const { span } = await reader.one()
        const lines = obs.lines.filter(({ msg }) => msg === 'data' || msg === 'end')
        expect(lines.length).toBeGreaterThanOrEqual(2)
        for (const line of lines) expect(line.trace_id).toBe(span.traceId)
      })

      test('200 requests at once are never mixed', async () => {
        const ids = Array.from({ length: 200 }, (_, id) => id)
        await Promise.all(ids.map((id) => ask(running.url, { path: `/items/${id}` })))
        const observed = await reader.next(200)
        for (const { span, line } of observed) {
          const id = String(line.path).split('/')[2]
          const children = obs.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId)
          expect(children.map(({ name }) => name)).toEqual([`load ${id}`])
          expect(children[0]?.traceId).toBe(span.traceId)
          const loaded = obs.lines.find(({ msg, id: loadedId }) => msg === 'loaded' && loadedId === id)
          expect(loaded).toMatchObject({ trace_id: span.traceId, span_id: children[0]?.spanId })
        }
      })

      test("goes on from the caller's trace", async () => {
        const headers = {
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          tracestate: 'vendor=1,other=2',
        }
        await ask(running.url, { path: '/items/7', headers })
        const { span } = await reader.one()
        expect(span).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' })
      })

      test('goes out with a fetch', async () => {
        await ask(running.url, { path: '/outbound' })
        const { span } = await reader.one()
        const sent = the(target.headers[0])
        if (!listen) return expect(sent).not.toHaveProperty('traceparent')
        await obs.until(() => obs.spans.some(({ kind }) => kind === 'client'))
        const client = the(obs.spans.find(({ kind }) => kind === 'client'))
        expect(client).toMatchObject({ traceId: span.traceId, parentSpanId: span.spanId })
        expect(sent.traceparent).toBe(`00-${span.traceId}-${client.spanId}-01`)
      })
    })

    describe('hostile input gives valid output', () => {
      /** Where only the adapter looks, what the framework refuses before any middleware is not seen. */
      async function seen(request: RawRequest): Promise<Observed | undefined> {
        const { status } = await ask(running.url, request)
        if (listen || (status !== 400 && status !== 500)) return reader.one()
        await new Promise((resolve) => setTimeout(resolve, 20))
        return obs.lines.length === 0 ? undefined : reader.one()
      }

      test.each([
        ['traceparent', { traceparent: '00-ffffffffffffffffffffffffffffffffff-zz-01' }],
        ['zero ids', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
        [
          'tracestate',
          { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: `${'x'.repeat(600)}=,,;=é` },
        ],
        ['host', { host: 'evil.example"\\{}' }],
        ['user agent', { 'user-agent': 'Mozilla "\\ \u00e9 </script>' }],
      ])('%s', async (_, headers) => {
        const observed = await seen({ path: '/items/7', headers })
        if (observed) expect(observed.span.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
        expect((await obs.scrape()).body).not.toContain('evil')
      })

      test.each([
        '/items/7/../../etc/passwd',
        '/items/%00%ff%22',
        '//items//7',
        `/${'a'.repeat(8000)}`,
        '/items/7"}\\n{"level":"error"',
        '/%E0%A4%A',
        'http://evil.example/items/7',
        '*',
      ])('path %s', async (path) => {
        const observed = await seen({ path })
        expect([undefined, '/items/:id', '/t/:tenant/items/:id']).toContain(observed?.span.attributes['http.route'])
      })

      test.each(['PROPFIND', 'QUERY', 'M-SEARCH'])('method %s', async (method) => {
        await ask(running.url, { method, path: '/items/7' })
        const { span, line } = await reader.one()
        expect(span.attributes).toMatchObject({
          'http.request.method': '_OTHER',
          'http.request.method_original': method,
        })
        expect(line.method).toBe(method)
      })
    })
  })
}

interface Target {
  url: string
  headers: Record<string, unknown>[]
  close(): Promise<unknown>
}

/** Another service, which keeps the headers it got. It runs in the same process, so its path is an ignored one. */
async function startTarget(): Promise<Target> {
  const headers: Target['headers'] = []
  const server = createServer((request, response) => {
    headers.push(request.headers)
    response.end('{}')
  })
  return { url: `${await listening(server)}/target`, headers, close: () => closed(server) }
}

/** Closes a server with all its connections. */
export async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** Listens on a free port of the loopback interface. */
export async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
