/**
 * Servers on a plain `find-my-way`, where `@lab/observe/auto` reaches its class: each handler says which path it was registered with. Fastify
 * and restify, which are built on it, name the same routes later.
 */
import type { ServerResponse } from 'node:http'
import type { Inbound } from '../inbound.ts'

type Handler = (request: unknown, response: ServerResponse | undefined, ...rest: unknown[]) => unknown

interface RouterClass {
  prototype: { on(method: unknown, path: unknown, options: unknown, handler?: unknown, store?: unknown): unknown }
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachFindMyWay(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isRouter(loaded)) return
  const { prototype } = loaded
  const { on } = prototype
  prototype.on = function observeRoute(method, path, ...rest) {
    const at = rest.findIndex(isHandler)
    const handler = rest[at]
    if (typeof path === 'string' && isHandler(handler)) rest[at] = named(handler, path, inboundOf)
    return Reflect.apply(on, this, [method, path, ...rest])
  }
}

function named(handler: Handler, path: string, inboundOf: () => Inbound | undefined): Handler {
  return function observeHandler(this: unknown, request, response, ...rest) {
    if (typeof response === 'object' && response !== null) inboundOf()?.find(response)?.route(path)
    return Reflect.apply(handler, this, [request, response, ...rest])
  }
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

function isRouter(loaded: unknown): loaded is RouterClass {
  return typeof loaded === 'function' && typeof loaded.prototype?.on === 'function'
}
