/** Serves one request or two on the library that the first argument names, loaded as the second says, and ends. */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

const [, , name, how] = process.argv
const require = createRequire(import.meta.url)
async function load(library) {
  return how === 'require' ? require(library) : import(library)
}

/** Serves `listener` on any port. */
function listening(listener) {
  const server = createServer(listener)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, stop: () => server.close() }))
  })
}

const starts = {
  async koa() {
    const Koa = (await load('koa')).default ?? (await load('koa'))
    const { Router } = await load('@koa/router')
    const router = new Router({ prefix: '/t/:tenant' })
    router.get('/items/:id', (context) => {
      context.body = 'item'
    })
    router.get('/fails/:id', () => {
      throw new TypeError('broken')
    })
    const app = new Koa()
    app.silent = true
    app.use(router.routes())
    return new Promise((resolve) => {
      const server = app.listen(0, '127.0.0.1', () =>
        resolve({ port: server.address().port, stop: () => server.close() }),
      )
    })
  },
  async hono() {
    const { Hono } = await load('hono')
    const { serve } = await load('@hono/node-server')
    const items = new Hono()
    items.use('*', (_, next) => next())
    items.get('/items/:id', (context) => context.text('item'))
    items.get('/fails/:id', () => {
      throw new TypeError('broken')
    })
    const app = new Hono().route('/t/:tenant', items)
    app.onError((_, context) => context.text('failed', 500))
    app.get('*', (context) => context.notFound())
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve({ port, stop: () => server.close() }),
      )
    })
  },
  async hapi() {
    const hapi = await load('@hapi/hapi')
    const app = hapi.server({ port: 0, host: '127.0.0.1', debug: false })
    app.route({ method: 'GET', path: '/t/{tenant}/items/{id}', handler: () => 'item' })
    app.route({
      method: 'GET',
      path: '/t/{tenant}/fails/{id}',
      handler() {
        throw new TypeError('broken')
      },
    })
    await app.start()
    return { port: app.info.port, stop: () => app.stop() }
  },
  async polka() {
    const polka = (await load('polka')).default ?? (await load('polka'))
    const items = polka()
    items.get('/items/:id', (_, response) => response.end('item'))
    items.get('/fails/:id', (_, response) => response.writeHead(500).end())
    const app = polka().use('/t', items)
    app.get('/plain/:id', (_, response) => response.end('plain'))
    return new Promise((resolve) => {
      const { server } = app.listen(0, () => resolve({ port: server.address().port, stop: () => server.close() }))
    })
  },
  async tinyhttp() {
    const { App } = await load('@tinyhttp/app')
    const items = new App()
    items.get('/items/:id', (_, response) => void response.end('item'))
    items.get('/fails/:id', (_, response) => void response.writeHead(500).end())
    const app = new App()
    app.use((_request, _response, next) => next())
    app.get('/plain/:id', (_, response) => void response.end('plain'))
    app.use('/t', items)
    return listening(app.attach)
  },
  async 'find-my-way'() {
    const createRouter = (await load('find-my-way')).default ?? (await load('find-my-way'))
    const router = createRouter({ defaultRoute: (_, response) => response.writeHead(404).end() })
    router.on('GET', '/t/items/:id', (_, response) => response.end('item'))
    router.on(['GET', 'PUT'], '/t/fails/:id', {}, (_, response) => response.writeHead(500).end(), { store: 1 })
    router.on('GET', '/plain/:id?', (_, response) => response.end('plain'))
    return listening((request, response) => router.lookup(request, response))
  },
  async h3() {
    const { createApp, createRouter, eventHandler, toNodeListener, useBase } = await load('h3-1')
    const inner = createRouter()
    inner.get(
      '/items/:id',
      eventHandler((event) => event.path),
    )
    inner.get(
      '/fails/:id',
      eventHandler(() => {
        throw new TypeError('broken')
      }),
    )
    const router = createRouter().use('/t/**', useBase('/t', inner.handler))
    router.get(
      '/plain/:id',
      eventHandler((event) => event.path),
    )
    const app = createApp({ onError: () => undefined }).use(router)
    return listening(toNodeListener(app))
  },
  async pg() {
    const { Pool } = (await load('pg')).default ?? (await load('pg'))
    const { obs } = await import('../../src/auto.ts')
    // Discard: no server answers there.
    const pool = new Pool({ host: '127.0.0.1', port: 9, user: 'shop', database: 'shop' })
    await pool.query('select 1').catch(() => undefined)
    process.stdout.write((await obs.scrape()).body)
    await pool.end()
    return { stop: () => undefined }
  },
}

const MOUNTED = ['/t/items/7', '/t/fails/7', '/plain/7', '/nothing']
const PATHS = { polka: MOUNTED, tinyhttp: MOUNTED, 'find-my-way': MOUNTED, h3: MOUNTED }

const { port, stop } = await starts[name]()
for (const path of port === undefined ? [] : (PATHS[name] ?? ['/t/acme/items/7', '/t/acme/fails/7', '/nothing'])) {
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
}
await stop()
