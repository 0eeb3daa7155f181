/**
 * Express without its adapter where it publishes nothing (Express 4, and 5 with a `router` before 2.3): an app that is the listener of a
 * server is found at its first request, and its error handlers are listened to as the adapter does it.
 */
import type { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'
import { captureExpress } from './express.ts'
import { isExpress } from './express-mount.ts'
import { type App, stackOf } from './express-template.ts'

const silentApps = new WeakMap<EventEmitter, App | undefined>()

export function observeExpressServers(inbound: Inbound, log: Logger): ChannelSubscription {
  return subscribeToChannels<{ server?: EventEmitter }>(
    {
      'http.server.request.start': ({ server }) => {
        if (server === undefined) return
        if (!silentApps.has(server)) silentApps.set(server, silentAppOf(server))
        const app = silentApps.get(server)
        if (app !== undefined) captureExpress(app, inbound)
      },
    },
    log,
  )
}

function silentAppOf(server: EventEmitter): App | undefined {
  const listeners: unknown[] = server.listeners('request')
  const app = listeners.find(isExpress)
  return app === undefined || publishes(app) ? undefined : app
}

/** The router publishes each call since 2.3, the first version whose layers keep their path. */
function publishes(app: App): boolean {
  if (!('_router' in app) && 'router' in app) return stackOf(app).some((layer) => 'rawPath' in layer)
  return false
}
