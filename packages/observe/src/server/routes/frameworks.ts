/**
 * The frameworks that publish their routes and errors themselves, or whose app is found behind its server, so that they need no adapter.
 */
import type { Logger } from 'pino'
import type { ChannelSubscription } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'
import { observeExpressChannel } from './express.ts'
import { observeExpressServers } from './express-server.ts'
import { observeFastifyChannel } from './fastify.ts'
import { observeH3Channel } from './h3.ts'
import { observeSrvxChannel } from './srvx.ts'

export function observeFrameworks(inbound: Inbound, log: Logger): ChannelSubscription[] {
  const observers = [
    observeExpressChannel,
    observeExpressServers,
    observeFastifyChannel,
    observeH3Channel,
    observeSrvxChannel,
  ]
  return observers.map((observe) => observe(inbound, log))
}
