/**
 * The frameworks that publish their routes and errors themselves, so that they need no adapter.
 */
import type { Logger } from 'pino'
import type { ChannelSubscription } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'
import { observeExpressChannel } from './express.ts'
import { observeFastifyChannel } from './fastify.ts'
import { observeH3Channel } from './h3.ts'
import { observeSrvxChannel } from './srvx.ts'

export function observeFrameworks(inbound: Inbound, log: Logger): ChannelSubscription[] {
  const channels = [observeExpressChannel, observeFastifyChannel, observeH3Channel, observeSrvxChannel]
  return channels.map((observe) => observe(inbound, log))
}
