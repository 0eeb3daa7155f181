/**
 * Adapter for the servers of node:http, node:https and node:http2, for what the platform cannot know: the route, and the
 * error that a handler threw or rejected with.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { inboundOf } from './server/inbound.ts'
import { givenRoute } from './server/routes/given.ts'
import type { Observe } from './types.ts'

/** A request of any of Node's servers. */
export type NodeRequest = IncomingMessage | Http2ServerRequest
/** A response of any of Node's servers. */
export type NodeResponse = ServerResponse | Http2ServerResponse

/** What only the app knows of its requests. */
export interface HttpOptions<Request extends NodeRequest = IncomingMessage> {
  /**
   * The template of the route, such as `/users/:id`; never the path itself. Asked once, before the handler runs; what it
   * throws leaves the request without a route.
   */
  route?: (request: Request) => string | undefined
}

/**
 * A request listener that calls `handle`; what `handle` throws or rejects with is recorded and passed on.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     createServer(observeHttp(obs, handle, { route: (request) => router.match(request.url)?.pattern }))
 */
export function observeHttp<Request extends NodeRequest, Response extends NodeResponse>(
  obs: Observe,
  handle: (request: Request, response: Response) => unknown,
  { route }: HttpOptions<Request> = {},
): (request: Request, response: Response) => unknown {
  const inbound = inboundOf(obs)
  const routeOf = givenRoute(obs, route)
  return function observeHttpRequest(request, response) {
    const exchange = inbound.join(request, response)
    if (exchange === undefined) return handle(request, response)
    const template = routeOf(request)
    if (template !== undefined) exchange.route(template)
    const fail = (error: unknown): never => {
      exchange.fail(error)
      throw error
    }
    try {
      const result = exchange.run(() => handle(request, response))
      return result instanceof Promise ? result.catch(fail) : result
    } catch (error) {
      return fail(error)
    }
  }
}
