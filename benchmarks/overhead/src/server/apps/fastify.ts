/** Fastify 5, and the one app that can have many routes: its router's own cost hardly grows with them. */
import type { Server } from 'node:http'
import fastify from 'fastify'
import { TEMPLATE, type Tools, user } from './app.ts'

export async function startFastify({ middleware, routes }: Tools): Promise<Server> {
  const app = fastify()
  if (middleware !== undefined) {
    app.addHook('onRequest', (request, reply, next) => {
      middleware(request.raw, reply.raw, () => request.routeOptions.url)
      next()
    })
  }
  app.get<{ Params: { id: string } }>(TEMPLATE, async (request) => user(request.params.id))
  for (let index = 0; index < routes; index += 1) {
    app.get<{ Params: { id: string } }>(`/r${index}/:id`, async (request) => user(request.params.id))
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
