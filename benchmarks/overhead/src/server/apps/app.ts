/**
 * What every measured app is: one route that answers a small JSON document, in the idiom of its framework. An app does not
 * know how it is observed; it offers the places where its framework's documentation puts a middleware, and what its
 * handler reports goes to what it is given for that.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Observe } from '@lab/observe'

/** Runs at the beginning of each request, where the framework's own middleware would. `route` may be asked at the end. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, route: () => string | undefined) => void

/** What a handler reports its work with: the product's own API, or nothing but pino where it has none. */
export interface Telemetry {
  log: { info(fields: object, message: string): void }
  /** Adds one to a counter. */
  count(attributes: Record<string, string>): void
  /** Runs `work` in a span of its own. */
  span<T>(name: string, work: () => Promise<T>): Promise<T>
}

export interface Tools extends Telemetry {
  middleware?: Middleware
  obs?: Observe
  /** How many routes the app has besides the one that is documented, `/r0/:id`, `/r1/:id` and so on. */
  routes: number
}

export type StartApp = (tools: Tools) => Promise<Server>

export const TEMPLATE = '/users/:id'

export function user(id: string): { id: string; name: string; roles: string[] } {
  return { id, name: 'Ada Lovelace', roles: ['reader', 'author'] }
}

/** Listens on a free port of loopback. */
export function listening(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
