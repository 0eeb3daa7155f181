/**
 * Hono adapter, on Node.js (@hono/node-server) and wherever else Hono runs. Put it before every other middleware.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { inboundOf } from './server/inbound.ts'
import { joinFetch } from './server/inbound-fetch.ts'
import { isWide } from './server/routes/hono.ts'
import type { Observe } from './types.ts'

/** What @hono/node-server gives as `c.env`. */
interface NodeBindings {
  incoming?: IncomingMessage
  outgoing?: ServerResponse
}

/**
 * A middleware that gives each exchange the template of its route and the error that a handler threw.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     app.use(observeHono(obs))
 */
export function observeHono(obs: Observe): MiddlewareHandler {
  const inbound = inboundOf(obs)
  return async function observeHonoRequest(context, next) {
    const { incoming, outgoing }: NodeBindings = context.env ?? {}
    const node = incoming && outgoing && inbound.join(incoming, outgoing)
    const { exchange, finish } = incoming ? { exchange: node, finish: undefined } : joinFetch(inbound, context.req.raw)
    if (exchange === undefined) return next()
    exchange.routeAtEnd(() => matchedRoute(context))
    try {
      await exchange.run(next)
    } catch (thrown) {
      // Hono handles errors only; anything else that is thrown goes to the caller of the app.
      exchange.fail(thrown)
      if (finish !== undefined) exchange.end(500)
      throw thrown
    }
    if (context.error !== undefined) exchange.fail(context.error)
    if (finish !== undefined) context.res = finish(context.res)
  }
}

/**
 * All handlers of a request are matched before the first one runs, and one that is registered later may match more than the one that
 * answers: the route is that of the last one that ran. Where that is a middleware for many routes, which refused the request, it is the
 * route that the request was for.
 */
function matchedRoute({ req: { matchedRoutes, routeIndex } }: Context): string | undefined {
  const answered = matchedRoutes[routeIndex]
  if (answered === undefined || !isWide(answered)) return answered?.path
  return (matchedRoutes.slice(routeIndex + 1).find((route) => !isWide(route)) ?? answered).path
}
