/**
 * Hono adapter, on Node.js (@hono/node-server) and wherever else Hono runs. Put it before every other middleware.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { inboundOf } from './server/inbound.ts'
import { joinFetch } from './server/inbound-fetch.ts'
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
  let said = false
  function matchedRoute(context: Context): string | undefined {
    try {
      // All handlers of a request are matched before the first one runs; the last of them answers.
      return routePath(context, -1)
    } catch (error) {
      const hint =
        'the app has another copy of hono than @lab/observe/hono, so its requests have no route: load both the same way'
      if (!said) obs.log.warn({ err: error }, hint)
      said = true
      return undefined
    }
  }
  return async function observeHonoRequest(context, next) {
    const { incoming, outgoing }: NodeBindings = context.env ?? {}
    const node = incoming && outgoing && inbound.join(incoming, outgoing)
    const { exchange, finish } = incoming ? { exchange: node, finish: undefined } : joinFetch(inbound, context.req.raw)
    if (exchange === undefined) return next()
    const route = matchedRoute(context)
    if (route !== undefined) exchange.route(route)
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
