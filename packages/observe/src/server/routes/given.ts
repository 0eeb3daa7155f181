/**
 * A route from a function of the user's. It is called with whatever path a client sends: if it throws, the request has no
 * route, and one warning says so.
 */
import type { Observe } from '../../types.ts'

/** Calls `route`, if there is one; returns `undefined` where it throws. */
export function givenRoute<Request>(
  obs: Observe,
  route: ((request: Request) => string | undefined) | undefined,
): (request: Request) => string | undefined {
  let warned = false
  return function routeOf(request) {
    try {
      return route?.(request)
    } catch (error) {
      if (!warned) obs.log.warn({ err: error }, 'the `route` option threw; the request has no route')
      warned = true
      return undefined
    }
  }
}
