/**
 * Fastify adapter. Register it first, before other plugins and routes, so that their hooks are timed too.
 */
import type { FastifyInstance, FastifyPluginCallback } from 'fastify'
import { inboundOf } from './server/inbound.ts'
import { fastifyRouteOf } from './server/routes/fastify.ts'
import type { Observe } from './types.ts'

/**
 * A plugin whose hooks hold for the whole app, not only inside the plugin.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     app.register(observeFastify(obs))
 */
export function observeFastify(obs: Observe): FastifyPluginCallback {
  const inbound = inboundOf(obs)
  function observeFastifyPlugin(app: FastifyInstance, _options: unknown, done: () => void): void {
    // Before any hook: middleware of @fastify/middie may come first, and a malformed path never meets one.
    app.server.prependListener('request', (request, response) => void inbound.join(request, response))
    app.addHook('onRequest', (request, reply, next) => {
      const exchange = inbound.join(request.raw, reply.raw)
      if (exchange === undefined) return next()
      const template = fastifyRouteOf(request)
      if (template !== undefined) exchange.route(template)
      exchange.run(next)
    })
    // Before an error handler of the app's own, which may answer as if nothing had happened.
    app.addHook('onError', (_request, reply, error, next) => {
      inbound.find(reply.raw)?.fail(error)
      next()
    })
    done()
  }
  // Fastify's own mark for a plugin that is not encapsulated.
  return Object.assign(observeFastifyPlugin, { [Symbol.for('skip-override')]: true })
}
