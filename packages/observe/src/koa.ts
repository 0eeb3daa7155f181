/**
 * Koa adapter; routes come from @koa/router. Put it before every other middleware.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { inboundOf } from './server/inbound.ts'
import { matchedRoute } from './server/routes/koa.ts'
import type { Observe } from './types.ts'

/** The part of Koa's context that the adapter looks at; `_matchedRoute` is what @koa/router leaves there. */
export interface KoaContext {
  /** Node's own request. */
  req: IncomingMessage
  /** Node's own response. */
  res: ServerResponse
  /** What emits `error` for an error that was answered. */
  app: { on(event: 'error', listener: (error: unknown) => void): unknown }
  /** The template of the route that was taken. */
  _matchedRoute?: unknown
}

/**
 * A middleware that gives each exchange the template of its route and the error that was thrown or emitted.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     app.use(observeKoa(obs))
 */
export function observeKoa(obs: Observe): (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown> {
  const inbound = inboundOf(obs)
  const apps = new WeakSet()
  return function observeKoaRequest(context, next) {
    if (!apps.has(context.app)) {
      apps.add(context.app)
      // Error handling middleware tells an error that it answered by `ctx.app.emit('error', error, ctx)`.
      context.app.on('error', (error) => inbound.active()?.fail(error))
    }
    const exchange = inbound.join(context.req, context.res)
    if (exchange === undefined) return next()
    exchange.routeAtEnd(() => matchedRoute(context))
    return exchange.run(next).catch((error: unknown) => {
      exchange.fail(error)
      throw error
    })
  }
}
