/**
 * Adapter for fetch-style handlers, `(Request) => Response`: Bun, Deno, Workers, Next.js routes, srvx, any router of that
 * kind. The exchange ends when the body of the response was read to the end, failed or was cancelled.
 *
 *     export default { fetch: observeWeb(obs, handle, { route: (request) => router.match(request)?.pattern }) }
 */
import { inboundOf } from './core/inbound.ts'
import { joinFetch } from './core/inbound-fetch.ts'
import type { Observe } from './types.ts'

export interface WebOptions {
  /** The template of the route, such as `/users/:id`; never the path itself. Asked once, before the handler runs. */
  route?: (request: Request) => string | undefined
}

/** A handler that calls `handle` with all its arguments; what `handle` throws or rejects with is recorded and passed on. */
export function observeWeb<Rest extends unknown[]>(
  obs: Observe,
  handle: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  { route }: WebOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const inbound = inboundOf(obs)
  return async function observeWebRequest(request, ...rest) {
    const { exchange, finish } = joinFetch(inbound, request)
    if (exchange === undefined) return handle(request, ...rest)
    const template = route?.(request)
    if (template !== undefined) exchange.route(template)
    try {
      const response = await exchange.run(() => handle(request, ...rest))
      return finish?.(response) ?? response
    } catch (error) {
      exchange.fail(error)
      // Whoever called answers in its own way; what it answers is not seen here.
      if (finish !== undefined) exchange.end(500)
      throw error
    }
  }
}
