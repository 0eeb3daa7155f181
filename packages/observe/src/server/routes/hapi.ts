/**
 * hapi, where `@lab/observe/auto` reaches its request class: hapi has neither a channel nor a middleware that sees every request.
 */
import type { ServerResponse } from 'node:http'
import type { Inbound } from '../inbound.ts'

interface HapiRequest {
  raw: { res: ServerResponse }
  route?: { path?: string }
  /** hapi's own routes for what is not found or malformed are special. */
  _route?: { _special?: boolean }
  response?: { _error?: unknown } | null
}

interface HapiClass {
  prototype: { _execute(this: HapiRequest): Promise<void> }
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachHapi(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isHapi(loaded)) return
  const { prototype } = loaded
  const { _execute: execute } = prototype
  prototype._execute = async function observeHapiRequest() {
    const exchange = inboundOf()?.find(this.raw.res)
    exchange?.routeAtEnd(() => (this._route?._special ? undefined : this.route?.path))
    await Reflect.apply(execute, this, [])
    const error = this._route?._special ? undefined : this.response?._error
    if (error) exchange?.fail(error)
  }
}

function isHapi(loaded: unknown): loaded is HapiClass {
  return typeof loaded === 'function' && typeof loaded.prototype?._execute === 'function'
}
