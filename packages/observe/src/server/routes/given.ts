/**
 * A route that a function of the user's tells. It meets whatever a client sends as a path; what it throws then costs the
 * request its route and nothing else, and is said once.
 */
import type { Observe } from '../../types.ts'

/** Asks `route`, if there is one; gives `undefined` where it throws. */
export function givenRoute<Request>(
  obs: Observe,
  route: ((request: Request) => string | undefined) | undefined,
): (request: Request) => string | undefined {
  let said = false
  return function askRoute(request) {
    try {
      return route?.(request)
    } catch (error) {
      if (!said) obs.log.warn({ err: error }, 'the option route threw; requests for which it does have no route')
      said = true
      return undefined
    }
  }
}
