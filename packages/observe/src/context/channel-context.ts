/**
 * The context of what a library traces on a tracing channel of its own. What its callbacks run, runs in the context of
 * the caller, not in that of the socket whose data arrived or of the caller that released the connection; and what opens a
 * connection, which outlives the request that needed it first, runs outside of any.
 */
import type { Context } from '@opentelemetry/api'
import type { ChannelSubscription } from './channels.ts'
import { activeContext, bindChannel } from './context.ts'

/** The context in which each traced call was asked for; a call's messages are one and the same object. */
const callers = new WeakMap<object, Context>()
/** Several instances may listen; a channel is bound once for all of them. */
const bound = new Map<string, { users: number; unbind(): void }>()

/** The context of the caller that caused `message`. */
export function callerOf(message: object): Context {
  return callers.get(message) ?? activeContext()
}

/**
 * Binds the tracing channel `name` to contexts.
 *
 * @param inside gives the context in which the library does its work; its callbacks run in that of the caller
 */
export function carryContext(name: string, inside: (caller: Context) => Context): ChannelSubscription {
  const binding = bound.get(name) ?? { users: 0, unbind: bind(name, inside) }
  bound.set(name, binding)
  binding.users += 1
  return {
    stop() {
      binding.users -= 1
      if (binding.users > 0) return
      binding.unbind()
      bound.delete(name)
    },
  }
}

function bind(name: string, inside: (caller: Context) => Context): () => void {
  const unbindStart = bindChannel(`tracing:${name}:start`, (message) => {
    const caller = activeContext()
    callers.set(message, caller)
    return inside(caller)
  })
  const unbindAsyncStart = bindChannel(`tracing:${name}:asyncStart`, callerOf)
  return function unbind() {
    unbindStart()
    unbindAsyncStart()
  }
}
