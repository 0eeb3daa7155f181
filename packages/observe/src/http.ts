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
 * A request listener that calls `handle` with all its arguments; what `handle` throws or rejects with is recorded and passed on. It has the
 * arity of `handle` and is async where that is: routers look at both.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     createServer(observeHttp(obs, handle, { route: (request) => router.match(request.url)?.pattern }))
 */
export function observeHttp<Request extends NodeRequest, Response extends NodeResponse, Rest extends unknown[] = []>(
  obs: Observe,
  handle: (request: Request, response: Response, ...rest: Rest) => unknown,
  { route }: HttpOptions<Request> = {},
): (request: Request, response: Response, ...rest: Rest) => unknown {
  const inbound = inboundOf(obs)
  const routeOf = givenRoute(obs, route)
  function observeHttpRequest(this: unknown, request: Request, response: Response, ...rest: Rest): unknown {
    const call = (): unknown => Reflect.apply(handle, this, [request, response, ...rest])
    const exchange = inbound.join(request, response)
    if (exchange === undefined) return call()
    const template = routeOf(request)
    if (template !== undefined) exchange.route(template)
    const fail = (error: unknown): never => {
      exchange.fail(error)
      throw error
    }
    try {
      const result = exchange.run(call)
      return result instanceof Promise ? result.catch(fail) : result
    } catch (error) {
      return fail(error)
    }
  }
  async function observeHttpRequestAsync(this: unknown, ...args: [Request, Response, ...Rest]): Promise<unknown> {
    return observeHttpRequest.apply(this, args)
  }
  const isAsync = Object.prototype.toString.call(handle) === '[object AsyncFunction]'
  return Object.defineProperty(isAsync ? observeHttpRequestAsync : observeHttpRequest, 'length', {
    value: handle.length,
    configurable: true,
  })
}
