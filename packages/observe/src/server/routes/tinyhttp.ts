/**
 * tinyhttp, where `@lab/observe/auto` reaches its class: its own setting `enableReqRoute` leaves the matched route on the request. Apps that
 * are mounted in others know their path.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Inbound } from '../inbound.ts'

interface Route {
  type?: string
  path?: string
}

interface TinyApp {
  settings: { enableReqRoute?: boolean }
  middleware: Route[]
  path(): string
}

interface TinyRequest extends IncomingMessage {
  route?: Route
}

type Handle = (this: TinyApp, request: TinyRequest, response: ServerResponse, next: unknown) => unknown

interface TinyClass {
  prototype: { handler: Handle }
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachTinyhttp(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isTinyhttp(loaded)) return
  const { prototype } = loaded
  const { handler } = prototype
  /** The apps that have handled a request, the outer one first. */
  const apps = new WeakMap<TinyRequest, TinyApp[]>()
  prototype.handler = function observeTinyhttp(request, response, next) {
    const exchange = inboundOf()?.find(response)
    if (exchange !== undefined) {
      this.settings.enableReqRoute ??= true
      const known = apps.get(request)
      if (known === undefined) {
        const list = [this]
        apps.set(request, list)
        exchange.routeAtEnd(() => templateOf(request, list))
      } else known.push(this)
    }
    return Reflect.apply(handler, this, [request, response, next])
  }
}

/** `undefined` for a middleware and for the handler of what no route matches, which no app has registered. */
function templateOf({ route }: TinyRequest, apps: readonly TinyApp[]): string | undefined {
  if (route?.type !== 'route' || route.path === undefined) return undefined
  const app = apps.find(({ middleware }) => middleware.includes(route))
  return app && app.path() + route.path
}

function isTinyhttp(loaded: unknown): loaded is TinyClass {
  return typeof loaded === 'function' && typeof loaded.prototype?.handler === 'function'
}
