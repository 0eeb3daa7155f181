/**
 * Hono without its adapter, where `@lab/observe/auto` reaches its router: each handler that is registered names the exchange when it
 * runs, and what it throws is recorded. A middleware for many routes names nothing.
 */
import type { ServerResponse } from 'node:http'
import type { Inbound } from '../inbound.ts'

interface HonoContext {
  env?: { outgoing?: ServerResponse }
}

interface Registered {
  method: string
  path: string
}

type Handler = (context: HonoContext, next: unknown) => unknown

interface RouterClass {
  prototype: { add(method: string, path: string, entry: unknown): void }
}

/** `app.use('/admin/*', middleware)`. */
export function isWide({ method, path }: Registered): boolean {
  return method === 'ALL' && path.endsWith('*')
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachHono(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isRouter(loaded)) return
  const { prototype } = loaded
  const { add } = prototype
  prototype.add = function observeHonoRoute(method, path, entry) {
    return Reflect.apply(add, this, [method, path, isEntry(entry) ? observedEntry(entry, inboundOf) : entry])
  }
}

function observedEntry([handler, route]: [Handler, Registered], inboundOf: () => Inbound | undefined): unknown {
  const named = isWide(route) ? undefined : route.path
  function observeHonoHandler(context: HonoContext, next: unknown): unknown {
    const outgoing = context.env?.outgoing
    const exchange = outgoing === undefined ? undefined : inboundOf()?.find(outgoing)
    if (exchange === undefined) return handler(context, next)
    if (named !== undefined) exchange.route(named)
    try {
      const result = handler(context, next)
      if (result instanceof Promise) result.catch((error: unknown) => exchange.fail(error))
      return result
    } catch (error) {
      exchange.fail(error)
      throw error
    }
  }
  return [Object.assign(observeHonoHandler, handler), route]
}

function isRouter(loaded: unknown): loaded is RouterClass {
  return typeof loaded === 'function' && typeof loaded.prototype?.add === 'function'
}

function isEntry(entry: unknown): entry is [Handler, Registered] {
  return Array.isArray(entry) && typeof entry[0] === 'function' && typeof entry[1]?.path === 'string'
}
