/** Serves one request or two on the library that the first argument names, loaded as the second says, and ends. */
import { createRequire } from 'node:module'

const [, , name, how] = process.argv
const require = createRequire(import.meta.url)
async function load(library) {
  return how === 'require' ? require(library) : import(library)
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

const { port, stop } = await starts[name]()
for (const path of port === undefined ? [] : ['/t/acme/items/7', '/t/acme/fails/7', '/nothing']) {
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
}
await stop()
