/**
 * Koa without its adapter, where `@lab/observe/auto` reaches its class: each context is known from its beginning, so that the route which
 * the router leaves on it, and the errors that the app emits, name the exchange.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Inbound } from '../inbound.ts'

interface KoaContext {
  _matchedRoute?: unknown
}

interface KoaApp {
  on(event: 'error', listener: (error: unknown) => void): unknown
}

interface KoaClass {
  prototype: { createContext(request: IncomingMessage, response: ServerResponse): KoaContext }
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachKoa(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isKoa(loaded)) return
  const { prototype } = loaded
  const { createContext } = prototype
  const apps = new WeakSet<object>()
  prototype.createContext = function observeKoaContext(this: KoaApp, request, response) {
    const context: KoaContext = Reflect.apply(createContext, this, [request, response])
    if (!apps.has(this)) {
      apps.add(this)
      this.on('error', (error) => inboundOf()?.active()?.fail(error))
    }
    const exchange = inboundOf()?.find(response)
    if (exchange?.isNamed === false) exchange.routeAtEnd(() => matchedRoute(context))
    return context
  }
}

export function matchedRoute({ _matchedRoute: path }: KoaContext): string | undefined {
  return path === undefined ? undefined : String(path)
}

function isKoa(loaded: unknown): loaded is KoaClass {
  return typeof loaded === 'function' && typeof loaded.prototype?.createContext === 'function'
}
