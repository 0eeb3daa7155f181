/**
 * Requests that are not observed: those that the user ignores, and those to the library's own servers.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'

/** Their context: nothing of an earlier request on the connection, and no spans for outgoing calls. */
export const IGNORED = suppressTracing(ROOT_CONTEXT)

const unobserved = new WeakSet<object>()

/** Leaves the requests to `server` out of all signals. */
export function leaveUnobserved(server: object): void {
  unobserved.add(server)
}

export function isUnobserved(server: object): boolean {
  return unobserved.has(server)
}
