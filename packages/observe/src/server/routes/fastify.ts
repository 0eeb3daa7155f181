/**
 * Routes and errors of Fastify without its adapter: since 5.0 it publishes each handler's call itself. What ends before
 * the handler (a hook that answers, a body that cannot be parsed) is named by the adapter alone.
 */
import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'

interface Message {
  reply: { raw: ServerResponse }
  route: { url?: string }
  error?: unknown
}

export function observeFastifyChannel(inbound: Inbound, log: Logger): ChannelSubscription {
  return subscribeToChannels<Message>(
    {
      'tracing:fastify.request.handler:start': ({ reply, route }) => {
        if (route.url !== undefined) inbound.find(reply.raw)?.route(route.url)
      },
      'tracing:fastify.request.handler:error': ({ reply, error }) => inbound.find(reply.raw)?.fail(error),
    },
    log,
  )
}
