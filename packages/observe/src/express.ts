/**
 * Express adapter, for Express 5 and 4. Put it before every other middleware, so that body parsing and authentication are
 * timed too; routers and error handlers may come before or after it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { inboundOf } from './server/inbound.ts'
import { captureExpress, type ExpressRequest } from './server/routes/express.ts'
import type { Observe } from './types.ts'

/** A request handler of Express 4 and 5, written without their types. */
export type ExpressHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * A middleware that gives each exchange the template of its route and the error that an error handler got.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     app.use(observeExpress(obs))
 */
export function observeExpress(obs: Observe): ExpressHandler {
  const inbound = inboundOf(obs)
  return function observeExpressRequest(request: ExpressRequest, response, next) {
    if (request.app !== undefined) captureExpress(request.app, inbound)
    const exchange = inbound.join(request, response, request.originalUrl)
    if (exchange === undefined) next()
    else exchange.run(next)
  }
}
