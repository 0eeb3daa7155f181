/**
 * A known path with a method that it does not take is a 405 with `Allow`, not a 404. Fastify has no answer of its own for
 * it, so that each path gets a route for the methods that are left.
 */

import { methodNotAllowed } from '@demo/chassis'
import type { FastifyInstance } from 'fastify'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Collects the methods of the routes that are added from here on. */
export function methodsByPath(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, new Set([...(methods.get(url) ?? []), ...[method].flat()]))
  })
  return methods
}

/** To be called after the last route. */
export function refuseOtherMethods(app: FastifyInstance, methods: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, taken] of Array.from(methods)) {
    const method = METHODS.filter((each) => !taken.has(each))
    app.route({
      method,
      url,
      handler: ({ method, url: target }) => {
        throw methodNotAllowed(method, target.split('?', 1)[0] ?? url, [...taken].sort())
      },
    })
  }
}
