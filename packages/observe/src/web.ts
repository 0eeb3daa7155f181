/**
 * Adapter for fetch-style handlers, `(Request) => Response`: Bun, Deno, Workers, Next.js routes, srvx, any router of that
 * kind. The exchange ends when the body of the response was read to the end, failed or was cancelled.
 */
import { inboundOf } from './server/inbound.ts'
import { joinFetch } from './server/inbound-fetch.ts'
import { givenRoute } from './server/routes/given.ts'
import type { Observe } from './types.ts'

/** What a fetch-style handler cannot tell by itself. */
export interface WebOptions {
  /**
   * The template of the route, such as `/users/:id`; never the path itself. Asked once, before the handler runs; what it
   * throws leaves the request without a route.
   */
  route?: (request: Request) => string | undefined
}

/**
 * A handler that calls `handle` with all its arguments; what `handle` throws or rejects with is recorded and passed on.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     export default { fetch: observeWeb(obs, handle, { route: (request) => router.match(request)?.pattern }) }
 */
export function observeWeb<Rest extends unknown[]>(
  obs: Observe,
  handle: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  { route }: WebOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const inbound = inboundOf(obs)
  const routeOf = givenRoute(obs, route)
  return async function observeWebRequest(request, ...rest) {
    const { exchange, finish } = joinFetch(inbound, request)
    if (exchange === undefined) return handle(request, ...rest)
    const template = routeOf(request)
    if (template !== undefined) exchange.route(template)
    try {
      const response = await exchange.run(() => handle(request, ...rest))
      return finish?.(response) ?? response
    } catch (error) {
      if (!(error instanceof Response)) exchange.fail(error)
      // The caller answers in its own way, which is not seen here.
      if (finish !== undefined) exchange.end(statusOf(error))
      throw error
    }
  }
}

/** The status that a thrown error, or a thrown Response, asks for by convention. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 100 && status < 600 ? status : 500
}
