/**
 * Polka, where `@lab/observe/auto` reaches its class: each handler says which pattern it was registered with. An app that another one mounts
 * sees its part of the path alone; the part before it is a fixed text of the program's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mountOf } from '../../conventions/url-path.ts'
import { pathOf } from '../arrival.ts'
import type { Inbound } from '../inbound.ts'

interface PolkaRequest extends IncomingMessage {
  originalUrl?: string
}

type Handler = (request: PolkaRequest, response: ServerResponse, next: unknown) => unknown
type Handle = (request: PolkaRequest, response: ServerResponse, info?: { pathname: string }) => unknown

interface PolkaClass {
  prototype: { add(method: string, pattern: unknown, ...handlers: Handler[]): unknown; handler: Handle }
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachPolka(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isPolka(loaded)) return
  const { prototype } = loaded
  const { add, handler } = prototype
  const mounts = new WeakMap<PolkaRequest, string>()
  prototype.handler = function observePolka(request, response, info) {
    if (info !== undefined) mounts.set(request, mountOf(pathOf(request.originalUrl), info.pathname))
    return Reflect.apply(handler, this, [request, response, info])
  }
  prototype.add = function observePolkaRoute(method, pattern, first, ...more) {
    const template = String(pattern)
    const named: Handler | undefined =
      first &&
      function observePolkaHandler(request, response, next) {
        inboundOf()
          ?.find(response)
          ?.route((mounts.get(request) ?? '') + template)
        return first(request, response, next)
      }
    return Reflect.apply(add, this, [method, pattern, named, ...more])
  }
}

function isPolka(loaded: unknown): loaded is PolkaClass {
  return (
    typeof loaded === 'function' &&
    typeof loaded.prototype?.add === 'function' &&
    typeof loaded.prototype.handler === 'function'
  )
}
