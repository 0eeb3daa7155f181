/**
 * The contract on Hono 4 with @hono/node-server, and Hono without Node's request: `app.request()`.
 */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { closed, listening } from '@lab/test-kit/server'
import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { expect, test } from 'vitest'
import { observeHono } from '../src/hono.ts'
import { createTestObserve } from '../src/testing.ts'
import { describeAdapter } from './contract/contract.ts'
import { Refused } from './contract/routes.ts'
import { Reader } from './observed.ts'

describeAdapter({
  name: 'Hono 4',
  node: true,
  withoutAdapter: { routes: false, errors: false },
  async start(routes, adapter) {
    const app = new Hono<{ Bindings: HttpBindings }>()
    if (adapter) app.use(observeHono(adapter))
    app.onError((error, context) => {
      if (error instanceof Refused) return context.json({}, 422)
      return context.json({}, error instanceof SyntaxError ? 400 : 500)
    })
    for (const mount of new Set(routes.map((route) => route.mount))) {
      const router = new Hono<{ Bindings: HttpBindings }>()
      for (const { mount: own, method, path, handle } of routes) {
        if (own !== mount) continue
        router[method](path, (context): Response | Promise<Response> => {
          const call = { params: context.req.param(), json: () => context.req.json(), request: context.env.incoming }
          const result = handle(call)
          const answer = ({ status = 200, json, stream }: Awaited<typeof result>): Response => {
            if (stream) return new Response(Readable.toWeb(stream) as ReadableStream, { status })
            if (json === undefined) return context.body(null, status as ContentfulStatusCode)
            return context.json(json, status as ContentfulStatusCode)
          }
          return result instanceof Promise ? result.then(answer) : answer(result)
        })
      }
      app.route(mount || '/', router)
    }
    const server = createServer(getRequestListener(app.fetch))
    return { url: await listening(server), server, close: () => closed(server) }
  },
})

test('without a server the exchange ends when the body was read, cancelled or has failed', async () => {
  const obs = createTestObserve()
  const app = new Hono().use(observeHono(obs))
  let broken: unknown
  app.get('/items/:id', (context) => context.json({ id: context.req.param('id') }))
  app.get('/stream', () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(10)) })))
  app.get('/breaks', () => new Response(new ReadableStream({ pull: (to) => to.error(new Error('cut')) })))
  app.get('/fails', () => {
    throw new Error('broken')
  })
  const reader = new Reader(obs)
  const response = await app.request('/items/7')
  expect(obs.spans).toEqual([])
  expect(await response.json()).toEqual({ id: '7' })
  expect((await reader.one()).line).toMatchObject({ route: '/items/:id', status: 200, level: 'info' })

  obs.reset()
  const body = (await app.request('/stream')).body?.getReader()
  await body?.read()
  expect(obs.spans).toEqual([])
  await body?.cancel()
  expect((await reader.one()).line).toMatchObject({ route: '/stream', aborted: true })

  obs.reset()
  await (await app.request('/breaks')).text().catch((error: unknown) => {
    broken = error
  })
  expect(broken).toMatchObject({ message: 'cut' })
  expect((await reader.one()).line).toMatchObject({ route: '/breaks', aborted: true, err: { message: 'cut' } })

  obs.reset()
  await (await app.request('/fails')).text()
  expect((await reader.one()).line).toMatchObject({ route: '/fails', status: 500, err: { message: 'broken' } })

  obs.reset()
  await app.request('/items/7', { method: 'HEAD' })
  expect((await reader.one()).span.name).toBe('HEAD /items/:id')
  obs.reset()
  await (await app.request('/nothing')).text()
  expect((await reader.one()).span.name).toBe('GET')
})

test('an app on another copy of Hono is named as well', async () => {
  const obs = createTestObserve()
  const other: typeof import('hono') = createRequire(import.meta.url)('hono')
  const app = new other.Hono().use(observeHono(obs))
  app.get('/items/:id', (context) => context.json({ id: context.req.param('id') }))
  expect(await (await app.request('/items/7')).json()).toEqual({ id: '7' })
  await obs.until(() => obs.spans.length === 1)
  expect(obs.spans.map(({ name }) => name)).toEqual(['GET /items/:id'])
})

test('the route is that of the handler that answered, or that the refused request was for', async () => {
  const obs = createTestObserve()
  const app = new Hono().use(observeHono(obs))
  app.use('/admin/*', async (context, next) => (context.req.query('user') ? next() : context.text('no', 401)))
  app.get('/items/:id', (context) => context.text('item'))
  app.get('/admin/:page', (context) => context.text('page'))
  app.get('/passed/:id', (_context, next) => next())
  app.get('/passed/*', (context) => context.text('passed on'))
  app.get('*', (context) => (context.req.path === '/spa' ? context.text('page') : context.notFound()))
  const routes: Record<string, string> = {}
  for (const path of ['/items/7', '/admin/users', '/admin/users?user=1', '/passed/7', '/spa', '/nothing']) {
    obs.reset()
    await (await app.request(path)).text()
    await obs.until(() => obs.spans.length === 1)
    routes[path] = `${obs.spans[0]?.name} ${obs.spans[0]?.attributes['http.response.status_code']}`
  }
  expect(routes).toEqual({
    '/items/7': 'GET /items/:id 200',
    '/admin/users': 'GET /admin/:page 401',
    '/admin/users?user=1': 'GET /admin/:page 200',
    '/passed/7': 'GET /passed/* 200',
    '/spa': 'GET /* 200',
    '/nothing': 'GET 404',
  })
})
