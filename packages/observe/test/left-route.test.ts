/**
 * Routes without a line of code and without a channel: what Express 4 and 5, restify and Connect leave on Node's own request, and what
 * user code or an instrumentation of OpenTelemetry says of it.
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { closed, listening } from '@lab/test-kit/server'
import { context, trace } from '@opentelemetry/api'
import { getRPCMetadata } from '@opentelemetry/core'
import connect from 'connect'
import express from 'express'
import express4 from 'express4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contextManager } from '../src/context/context.ts'
import { createTestObserve } from '../src/testing.ts'
import { Reader } from './observed.ts'
import { sendRequest } from './raw-client.ts'

/** Serves `listener` to an `Observe` that listens; `get` gives what the three signals agree on. */
async function serve(listener: RequestListener | Server, traces: { sampleRatio: number } = { sampleRatio: 1 }) {
  const obs = createTestObserve({ listen: true, traces })
  const server = typeof listener === 'function' ? createServer(listener) : listener
  const url = await listening(server)
  const reader = new Reader(obs)
  return {
    obs,
    async get(path: string) {
      await sendRequest(url, { path })
      const { span, line } = await reader.one()
      obs.reset()
      return { route: line.route, status: line.status, err: line.err, span, line }
    },
    async [Symbol.asyncDispose]() {
      await closed(server)
      await obs.shutdown()
    },
  }
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, framework) => {
  test('a middleware that answers has the path it is mounted under', async () => {
    const app = framework()
    app.use('/graphql', (_request, response) => void response.end())
    const files = framework.Router()
    files.use('/files', (request, response, next) => (request.path === '/none' ? next() : void response.end()))
    app.use('/t/:tenant', files)
    const mounted = framework()
    mounted.use('/inner', (_request, response) => void response.status(403).end())
    app.use('/mounted', mounted)
    await using served = await serve((request, response) => app(request, response))
    expect(await served.get('/graphql')).toMatchObject({ route: '/graphql' })
    expect(await served.get('/graphql/deep?q=1')).toMatchObject({ route: '/graphql' })
    expect(await served.get('/t/acme/files/a.txt')).toMatchObject({ route: '/t/:tenant/files' })
    expect(await served.get('/mounted/inner/x')).toMatchObject({ route: '/mounted/inner', status: 403 })
    expect((await served.get('/t/acme/files/none')).route).toBeUndefined()
    expect((await served.get('/nothing')).route).toBeUndefined()
  })

  test('an app within a listener of the user, whose server does not know it', async () => {
    const app = framework()
    const router = framework.Router({ mergeParams: true })
    router.get('/items/:id', (_request, response) => void response.end())
    app.use('/t/:tenant', router)
    await using served = await serve((request, response) => app(request, response))
    expect(await served.get('/t/acme/items/7')).toMatchObject({ route: '/t/:tenant/items/:id' })
  })

  test('errors that reach an error handler, and the app answers as it would', async () => {
    const app = framework()
    app.set('env', 'test')
    app.get('/fails/:id', (_request, _response, next) => next(new Error('handed on')))
    app.use((_error: Error, _request: express.Request, response: express.Response, _next: unknown) => {
      response.status(409).end()
    })
    await using served = await serve(app)
    expect(await served.get('/fails/7')).toMatchObject({
      route: '/fails/:id',
      status: 409,
      err: { message: 'handed on' },
    })
  })
})

test('Connect: the path that the app has registered, not the one that the client wrote', async () => {
  const app = connect()
  app.use('/graphql', (_request, response) => void response.end())
  app.use('/rewritten', (request, response) => {
    request.url = '/elsewhere'
    response.end()
  })
  app.use((_request, response) => void response.writeHead(404).end())
  await using served = await serve(createServer(app))
  expect(await served.get('/graphql')).toMatchObject({ route: '/graphql' })
  expect(await served.get('/GraphQL/deep?q=1')).toMatchObject({ route: '/graphql' })
  expect((await served.get('/rewritten/secret')).route).toBeUndefined()
  expect((await served.get('/nothing')).route).toBeUndefined()
})

test('restify', async () => {
  const require = createRequire(import.meta.url)
  // It does not load in Node.js 24, and is needed for SPDY alone.
  const path = createRequire(require.resolve('restify')).resolve('spdy')
  require.cache[path] = Object.assign(Object.create(require('node:module').prototype), { exports: {}, loaded: true })
  const app: typeof import('restify') = require('restify')
  const server = app.createServer()
  server.get('/users/:id', (_request, response, next) => {
    response.send({})
    next()
  })
  server.get('/fails/:id', (_request, _response, next) => next(new Error('refused')))
  await using served = await serve(server.server as Server)
  expect(await served.get('/users/7')).toMatchObject({ route: '/users/:id', status: 200 })
  expect(await served.get('/fails/7')).toMatchObject({ route: '/fails/:id', status: 500 })
  expect((await served.get('/nothing')).route).toBeUndefined()
})

describe('a route that others name', () => {
  beforeAll(() => void context.setGlobalContextManager(contextManager))
  afterAll(() => context.disable())

  test.each([1, 0])('http.route on the active span, sampled at %s', async (sampleRatio) => {
    const named = createServer((_request, response) => {
      trace.getActiveSpan()?.setAttribute('http.route', '/named/:id')
      response.end()
    })
    const obs = createTestObserve({ listen: true, traces: { sampleRatio } })
    const url = await listening(named)
    await sendRequest(url, { path: '/named/7' })
    await obs.until(() => obs.lines.some(({ route }) => route === '/named/:id'))
    expect((await obs.scrape()).body).toContain('http_route="/named/:id"')
    expect(obs.spans.map(({ name }) => name)).toEqual(sampleRatio === 1 ? ['GET /named/:id'] : [])
    await closed(named)
    await obs.shutdown()
  })

  test("OpenTelemetry's RPC metadata, as its instrumentations of frameworks set it", async () => {
    await using served = await serve((_request, response) => {
      const metadata = getRPCMetadata(context.active())
      if (metadata?.type === 'http') metadata.route = '/rpc/:id'
      response.end()
    })
    expect(await served.get('/rpc/7')).toMatchObject({ route: '/rpc/:id' })
  })
})

describe('obs.route() and obs.set()', () => {
  test('the route of the user comes before that of the framework', async () => {
    const app = express()
    app.get('/*path', (_request, response) => {
      served.obs.route('/pages/:slug')
      response.end()
    })
    await using served = await serve(app)
    expect(await served.get('/pages/about')).toMatchObject({ route: '/pages/:slug' })
  })

  test('attributes are on the span and on the line, whatever they are', async () => {
    await using served = await serve((_request, response) => {
      served.obs.set({ tenant: 'acme', 'user.id': 7, status: 999, password: 'secret' })
      served.obs.set({ tenant: 'other', broken: Symbol('no value') as never })
      served.obs.set(undefined as never)
      served.obs.route(7 as never)
      response.end()
    })
    const { span, line } = await served.get('/x')
    expect(span.attributes).toMatchObject({ tenant: 'other', 'user.id': 7, status: 999, password: '[redacted]' })
    expect(line).toMatchObject({ tenant: 'other', 'user.id': 7, status: 200, password: '[redacted]' })
    expect(line).not.toHaveProperty('broken')
    expect(line.route).toBeUndefined()
  })

  test('more than a line can hold is left out', async () => {
    await using served = await serve((_request, response) => {
      for (let index = 0; index < 1000; index += 1) served.obs.set({ [`key${index}`]: index })
      response.end()
    })
    const { line } = await served.get('/x')
    expect(Object.keys(line).filter((key) => key.startsWith('key'))).toHaveLength(64)
  })

  test('outside of a request they do nothing', async () => {
    const obs = createTestObserve()
    obs.set({ tenant: 'acme' })
    obs.route('/x')
    expect(obs.spans).toEqual([])
    await obs.shutdown()
  })
})
