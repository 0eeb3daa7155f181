/**
 * Routes and errors of Fastify without its adapter: Fastify 4 and 5 publish each app when it is made, so that hooks of ours are its first
 * ones. They name what ends before the handler, too: a hook that answers, a body that cannot be parsed or is not valid. For an app that
 * was made before, Fastify 5 publishes each handler's call.
 */
import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'

/** What both versions have of a request; `routerPath` is what 4.0 to 4.9 have. */
interface FastifyRequest {
  is404: boolean
  routeOptions?: { url?: string | undefined }
  routerPath?: string
}

interface FastifyReply {
  raw: ServerResponse
}

interface FastifyApp {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void): unknown
  addHook(
    name: 'onError',
    hook: (request: FastifyRequest, reply: FastifyReply, error: unknown, done: () => void) => void,
  ): unknown
}

interface Message {
  fastify: FastifyApp
  reply: FastifyReply
  route: { url?: string }
  error?: unknown
}

/** The template of a request's route; `undefined` where no route takes it. */
export function fastifyRouteOf(request: FastifyRequest): string | undefined {
  if (request.is404) return undefined
  // Reading `routerPath` warns of its end in the versions that have both.
  return request.routeOptions === undefined ? request.routerPath : request.routeOptions.url
}

export function observeFastifyChannel(inbound: Inbound, log: Logger): ChannelSubscription {
  return subscribeToChannels<Message>(
    {
      'fastify.initialization': ({ fastify }) => addHooks(fastify, inbound),
      'tracing:fastify.request.handler:start': ({ reply, route }) => {
        if (route.url !== undefined) inbound.find(reply.raw)?.route(route.url)
      },
      'tracing:fastify.request.handler:error': ({ reply, error }) => inbound.find(reply.raw)?.fail(error),
    },
    log,
  )
}

function addHooks(app: FastifyApp, inbound: Inbound): void {
  app.addHook('onRequest', function observeFastifyRequest(request, reply, done) {
    const template = fastifyRouteOf(request)
    if (template !== undefined) inbound.find(reply.raw)?.route(template)
    done()
  })
  // Before an error handler of the app's own, which may answer as if nothing had happened.
  app.addHook('onError', function observeFastifyError(_request, reply, error, done) {
    inbound.find(reply.raw)?.fail(error)
    done()
  })
}
