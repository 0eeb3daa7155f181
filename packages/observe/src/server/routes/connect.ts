/**
 * The path under which a middleware of Connect is mounted. Connect has no routes; while a mounted middleware runs, the request's URL
 * lacks the mount path, which is then looked up among those that the app has registered: a client cannot make one up.
 */
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:net'
import { pathOf } from '../arrival.ts'

/** An app of Connect, and the listener of its server. */
interface Connect {
  stack: { route: string }[]
}

const apps = new WeakMap<Server, Connect | undefined>()

/** `/graphql` of `app.use('/graphql', handler)`, where that handler answered. */
export function connectMount(request: IncomingMessage & { originalUrl?: string }): string | undefined {
  const app = appOf(request)
  if (app === undefined) return undefined
  const full = pathOf(request.originalUrl)
  const rest = pathOf(request.url)
  return full === rest ? undefined : mountedAt(app, full, rest)
}

function mountedAt({ stack }: Connect, full: string, rest: string): string | undefined {
  const layer = stack.find(
    ({ route }) => full.toLowerCase().startsWith(route.toLowerCase()) && (full.slice(route.length) || '/') === rest,
  )
  return layer?.route
}

function appOf({ socket }: IncomingMessage): Connect | undefined {
  const server = 'server' in socket ? (socket.server as Server | undefined) : undefined
  if (server === undefined) return undefined
  if (!apps.has(server)) {
    const listeners: unknown[] = server.listeners('request')
    apps.set(server, listeners.find(isConnect))
  }
  return apps.get(server)
}

function isConnect(listener: unknown): listener is Connect {
  return typeof listener === 'function' && 'stack' in listener && Array.isArray(listener.stack) && 'handle' in listener
}
