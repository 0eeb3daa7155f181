/**
 * The app that every framework serves in the contract: what it does, written without a framework. A driver registers each
 * route in its framework's own way.
 */
import type { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import type { Observe } from '../../src/types.ts'

/** What a handler is given. */
export interface Call {
  params: Record<string, string | undefined>
  /** The parsed body; malformed JSON fails in the framework's own way. */
  json(): unknown
  /** Node's own request, where the framework has one. */
  request: EventEmitter | undefined
}

export interface Reply {
  status?: number
  /** Answered as JSON. */
  json?: unknown
  /** Streamed to the client as it comes. */
  stream?: Readable
}

export interface Route {
  method: 'get' | 'post'
  /** What the route's router is mounted under, if it is. */
  mount: '' | '/t/:tenant' | '/admin'
  path: string
  handle(call: Call): Reply | Promise<Reply>
}

/** What the tests hold in hand while requests run. */
export interface World {
  /** URL of another service. */
  target: string
  /** Settles the requests to `/held`. */
  release: () => void
  held: Promise<void>
  /** The streams that were begun. */
  streams: Readable[]
}

export function createWorld(target: string): World {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { target, release: resolve, held: promise, streams: [] }
}

/** An error that asks for its own status. */
export class Refused extends Error {
  override name = 'Refused'
  readonly status = 422
  readonly statusCode = 422
}

export function contractRoutes(obs: Observe, world: World): Route[] {
  const get = (mount: Route['mount'], path: string, handle: Route['handle']): Route => ({
    method: 'get',
    mount,
    path,
    handle,
  })
  const post = (path: string, handle: Route['handle']): Route => ({ method: 'post', mount: '', path, handle })
  const item: Route['handle'] = async ({ params }) => {
    const doubled = await obs.span(`load ${params.id}`, async () => {
      await new Promise((resolve) => setTimeout(resolve, Number(params.id) % 7 || 0))
      obs.log.debug({ id: params.id }, 'loaded')
      return Number(params.id) * 2
    })
    return { json: { id: params.id, doubled } }
  }
  return [
    get('', '/items/:id', item),
    get('/t/:tenant', '/items/:id', item),
    get('/admin', '/items/:id', item),
    get('', '/fail/:how', ({ params }) => fail(params.how)),
    get('/t/:tenant', '/fail/:how', ({ params }) => fail(params.how)),
    post('/echo', async ({ json }) => {
      const body = await json()
      obs.log.info('parsed')
      return { json: body }
    }),
    post('/listened', ({ request }) => {
      const { promise, resolve } = Promise.withResolvers<Reply>()
      let bytes = 0
      request?.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        obs.log.info('data')
      })
      request?.on('end', () => {
        obs.log.info('end')
        resolve({ json: { bytes } })
      })
      return promise
    }),
    get('', '/held', async () => {
      obs.log.info('held')
      await world.held
      return { json: {} }
    }),
    get('', '/events', () => {
      const stream = new Readable({ read: () => undefined })
      stream.push('data: first\n\n')
      world.streams.push(stream)
      return { stream }
    }),
    get('', '/status/:code', ({ params }) => ({ status: Number(params.code) })),
    get('', '/outbound', async () => {
      const response = await fetch(world.target)
      return { json: await response.json() }
    }),
    get('', '/recorded', () => {
      obs.recordError(new RangeError('handled here'))
      return { json: {} }
    }),
    get('', '/healthz', () => ({ json: {} })),
  ]
}

export interface Matched {
  route: Route
  template: string
  params: Call['params']
}

/** A router, for drivers whose framework has none. */
export function matchRoute(routes: Route[], method: string, path: string): Matched | undefined {
  for (const route of routes) {
    const template = route.mount + route.path
    const groups = new RegExp(`^${template.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(path)
    const wanted = method === 'HEAD' ? 'get' : method.toLowerCase()
    if (groups && route.method === wanted) return { route, template, params: { ...groups.groups } }
  }
  return undefined
}

/** What may go wrong in a handler. */
function fail(how: string | undefined): Reply | Promise<Reply> {
  if (how === 'sync') throw new TypeError('broken', { cause: new Error('the disk') })
  if (how === 'reject') return Promise.reject(new TypeError('broken', { cause: new Error('the disk') }))
  if (how === 'refused') throw new Refused('not that')
  if (how === 'string') return Promise.reject('just text')
  if (how === 'object') return Promise.reject({ reason: 'no Error' })
  return { json: {} }
}
