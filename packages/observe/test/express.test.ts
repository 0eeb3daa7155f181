/**
 * The contract on Express 5 and Express 4, and what only Express does: nested throws, mounted apps, error handlers in
 * every place, lists and patterns for paths.
 */
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { closed, listening } from '@lab/test-kit/server'
import express from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import { observeExpress } from '../src/express.ts'
import { createTestObserve } from '../src/testing.ts'
import { describeAdapter } from './contract/contract.ts'
import { Refused, type Route } from './contract/routes.ts'
import type { Driver } from './contract/stage.ts'
import { Reader } from './observed.ts'
import { sendRequest } from './raw-client.ts'

/** Express 4 has no types of its own here; what is used of it is the same. */
type Express = typeof express
const VERSIONS: [string, Express, Driver['withoutAdapter']][] = [
  ['Express 5', express, { routes: true, errors: true }],
  ['Express 4', express4, { routes: true, errors: true }],
]

for (const [name, framework, withoutAdapter] of VERSIONS) {
  describeAdapter({
    name,
    node: true,
    withoutAdapter,
    async start(routes, adapter) {
      const app = framework()
      if (adapter) app.use(observeExpress(adapter))
      app.use(framework.json())
      for (const mount of new Set(routes.map((route) => route.mount))) {
        const router = framework.Router({ mergeParams: true })
        for (const route of routes) if (route.mount === mount) router[route.method](route.path, handlerOf(route))
        app.use(mount || '/', router)
      }
      app.use(answerError)
      const server = createServer(app)
      return { url: await listening(server), server, close: () => closed(server) }
    },
  })
}

function handlerOf({ handle }: Route): express.RequestHandler<Record<string, string>> {
  return function handleRoute(request, response, next) {
    const result = handle({ params: request.params, json: () => request.body, request })
    const answer = ({ status = 200, json, stream }: Awaited<typeof result>): void => {
      response.status(status)
      if (stream) stream.pipe(response)
      else if (json === undefined) response.end()
      else response.json(json)
    }
    // Express 4 does not wait for a promise.
    if (result instanceof Promise) result.then(answer, next)
    else answer(result)
  }
}

function answerError(error: unknown, _request: express.Request, response: express.Response, _next: unknown): void {
  const malformed = error instanceof SyntaxError || error instanceof URIError
  const refused = error instanceof Refused ? error.status : 500
  response.status(malformed ? 400 : refused).json({ failed: true })
}

describe.each(VERSIONS)('%s', (_, framework) => {
  async function serve(build: (app: express.Express) => void, listen = false) {
    const obs = createTestObserve({ listen })
    const app = framework()
    app.set('env', 'test')
    if (!listen) app.use(observeExpress(obs))
    build(app)
    const server = createServer(app)
    const url = await listening(server)
    const reader = new Reader(obs)
    return {
      express: app,
      async get(path: string) {
        await sendRequest(url, { path })
        const { span, line } = await reader.one()
        obs.reset()
        return { route: span.attributes['http.route'], status: line.status, err: line.err }
      },
      async [Symbol.asyncDispose]() {
        await closed(server)
        await obs.shutdown()
      },
    }
  }

  test('routers in routers, with parameters and constraints', async () => {
    await using app = await serve((app) => {
      const inner = framework.Router()
      inner.get('/', (_request, response) => void response.end())
      inner.get('/files/:name.:kind', (_request, response) => void response.end())
      inner.get('/fails', () => {
        throw new Error('nested')
      })
      const outer = framework.Router()
      outer.use('/users/:user', inner)
      app.use('/t/:tenant', outer)
    })
    expect(await app.get('/t/acme/users/42')).toMatchObject({ route: '/t/:tenant/users/:user' })
    expect(await app.get('/t/acme/users/42/')).toMatchObject({ route: '/t/:tenant/users/:user' })
    expect(await app.get('/t/users/users/t/files/a.b')).toMatchObject({
      route: '/t/:tenant/users/:user/files/:name.:kind',
    })
    expect(await app.get('/t/acme/users/42/fails')).toMatchObject({
      route: '/t/:tenant/users/:user/fails',
      status: 500,
      err: { message: 'nested' },
    })
  })

  test('a router that is mounted twice', async () => {
    await using app = await serve((app) => {
      const router = framework.Router()
      router.get('/items/:id', (_request, response) => void response.end())
      app.use('/v1', router)
      app.use('/v2/:tenant', router)
    })
    expect(await app.get('/v1/items/1')).toMatchObject({ route: '/v1/items/:id' })
    expect(await app.get('/v2/acme/items/1')).toMatchObject({ route: '/v2/:tenant/items/:id' })
    expect(await app.get('/v1/items/2')).toMatchObject({ route: '/v1/items/:id' })
  })

  test('a router that is mounted in itself', async () => {
    await using app = await serve((app) => {
      const router = framework.Router()
      router.use('/child', router)
      router.get('/items/:id', (_request, response) => void response.end())
      app.use('/v1', router)
    })
    expect(await app.get('/v1/items/1')).toMatchObject({ route: '/v1/items/:id', status: 200 })
    expect(await app.get('/v1/child/items/1')).toMatchObject({ status: 200 })
  })

  test('a middleware on a part of the app observes that part, by its whole path', async () => {
    const part = createTestObserve({ ignore: (path) => path === '/api/healthz' })
    await using app = await serve((app) => {
      app.use('/api', observeExpress(part))
      app.get(['/api/items/:id', '/api/healthz', '/other'], (_request, response) => void response.end())
    })
    for (const path of ['/api/items/1', '/api/healthz', '/other']) await app.get(path)
    expect(part.lines.map(({ path }) => path)).toEqual(['/api/items/1'])
  })

  test('an app that is not what it seems costs the name, not the request', async () => {
    await using app = await serve((app) => {
      app.get('/items/:id', (_request, response) => void response.end())
    })
    expect(await app.get('/items/1')).toMatchObject({ route: '/items/:id' })
    const strange = Object.assign(framework.Router(), { request: undefined })
    const { promise, resolve } = Promise.withResolvers<void>()
    const request = Object.assign(new IncomingMessage(new Socket()), { app: strange, url: '/', headers: {} })
    observeExpress(createTestObserve())(request, new ServerResponse(request), () => resolve())
    await promise
  })

  test('a mounted app, with errors that its own handler answers', async () => {
    await using app = await serve((app) => {
      const inner = framework()
      inner.get('/users/:id', (_request, response) => void response.end())
      inner.get('/fails', () => {
        throw new Error('inside')
      })
      inner.get('/passes', () => {
        throw new Error('outside')
      })
      inner.use((error: Error, _request: express.Request, response: express.Response, next: express.NextFunction) => {
        if (error.message === 'inside') response.status(503).end()
        else next(error)
      })
      app.use('/apps/:app', inner)
    })
    expect(await app.get('/apps/a/fails')).toMatchObject({
      route: '/apps/:app/fails',
      status: 503,
      err: { message: 'inside' },
    })
    expect(await app.get('/apps/a/passes')).toMatchObject({
      route: '/apps/:app/passes',
      status: 500,
      err: { message: 'outside' },
    })
    expect(await app.get('/apps/a/users/1')).toMatchObject({ route: '/apps/:app/users/:id' })
  })

  test('error handlers of a route and of a router', async () => {
    await using app = await serve((app) => {
      const gone = (_error: Error, _request: express.Request, response: express.Response, _next: unknown): void =>
        void response.status(500).end()
      const router = framework.Router()
      router.get('/b', () => {
        throw new Error('in the router')
      })
      router.use(gone)
      const fails = (): void => {
        throw new Error('in the route')
      }
      app.get('/a', fails, gone as unknown as express.RequestHandler)
      app.use(router)
    })
    expect(await app.get('/a')).toMatchObject({ route: '/a', err: { message: 'in the route' } })
    expect(await app.get('/b')).toMatchObject({ route: '/b', err: { message: 'in the router' } })
  })

  test('an error that no handler takes', async () => {
    await using app = await serve((app) => {
      app.get('/a', () => {
        throw new Error('unhandled here')
      })
    })
    expect(await app.get('/a')).toMatchObject({ route: '/a', status: 500, err: { message: 'unhandled here' } })
  })

  test('lists and regular expressions for paths', async () => {
    await using app = await serve((app) => {
      const ok: express.RequestHandler = (_request, response) => void response.end()
      app.get(/^\/files\/(.+)$/, ok)
      app.get(['/a/:x', '/b/:x'], ok)
      const router = framework.Router()
      router.get('/c', ok)
      app.use(['/p/:p', '/q'], router)
    })
    expect((await app.get('/files/a/b')).route).toBe('/^\\/files\\/(.+)$/')
    expect((await app.get('/b/1')).route).toBe('/b/:x')
    expect((await app.get('/a/1')).route).toBe('/a/:x')
    expect((await app.get('/q/c')).route).toBe('/q/c')
    expect((await app.get('/p/1/c')).route).toBe('/p/:p/c')
    expect((await app.get('/nothing')).route).toBeUndefined()
  })

  test('a catch-all names what it answers, and not that nothing was found', async () => {
    await using app = await serve((app) => {
      app.get(framework === express4 ? '/app/*' : '/app/*path', (_request, response) => void response.end())
      app.all(framework === express4 ? '*' : '/{*path}', (_request, response) => void response.status(404).end())
    })
    expect((await app.get('/app/deep/link')).route).toMatch(/^\/app\/\*/)
    expect((await app.get('/anything')).route).toBeUndefined()
  })

  test('routes that are added while requests run, and two instances on one app', async () => {
    const second = createTestObserve()
    await using app = await serve((app) => {
      app.use(observeExpress(second))
      app.get('/early', (_request, response) => void response.end())
    })
    expect(await app.get('/early')).toMatchObject({ route: '/early' })
    app.express.get('/late/:id', () => {
      throw new Error('late')
    })
    expect(await app.get('/late/1')).toMatchObject({ route: '/late/:id', err: { message: 'late' } })
    expect(second.spans.map(({ name }) => name)).toEqual(['GET /early', 'GET /late/:id'])
    expect(second.lines.at(-1)?.err).toMatchObject({ message: 'late' })
  })
})
