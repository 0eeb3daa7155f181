/**
 * Routes and errors of h3 2 (Nitro, Nuxt) on Node.js, for apps that registered its `tracingPlugin()`.
 */
import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'

interface Message {
  event: {
    runtime?: { node?: { res?: ServerResponse } }
    context: { matchedRoute?: { route?: string } }
  }
  type: 'middleware' | 'route'
  error?: unknown
}

export function observeH3Channel(inbound: Inbound, log: Logger): ChannelSubscription {
  const exchangeOf = ({ event }: Message) => {
    const response = event.runtime?.node?.res
    return response === undefined ? inbound.active() : inbound.find(response)
  }
  return subscribeToChannels<Message>(
    {
      'tracing:h3.request:start': (message) => {
        const template = message.event.context.matchedRoute?.route
        if (message.type === 'route' && template !== undefined) exchangeOf(message)?.route(template)
      },
      'tracing:h3.request:error': (message) => exchangeOf(message)?.fail(message.error),
    },
    log,
  )
}
