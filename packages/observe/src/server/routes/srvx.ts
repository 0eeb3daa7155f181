/**
 * Errors of srvx (h3, Nitro) on Node.js, for servers that registered its `tracingPlugin()`. It has no routes.
 */
import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'

interface Message {
  request: { runtime?: { node?: { res?: ServerResponse } } }
  error?: unknown
}

export function observeSrvxChannel(inbound: Inbound, log: Logger): ChannelSubscription {
  const failed = ({ request, error }: Message): void => {
    const response = request.runtime?.node?.res
    const exchange = response === undefined ? inbound.active() : inbound.find(response)
    // A thrown Response is an answer.
    if (!(error instanceof Response)) exchange?.fail(error)
  }
  return subscribeToChannels<Message>(
    { 'tracing:srvx.request:error': failed, 'tracing:srvx.middleware:error': failed },
    log,
  )
}
