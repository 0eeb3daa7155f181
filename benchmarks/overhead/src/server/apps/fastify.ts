/** Fastify 5, and the one app that can have many routes, its router's own cost hardly growing with them, and one that waits. */
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify from 'fastify'
import { TEMPLATE, type Tools, user } from './app.ts'

/** What a query of a database may take. */
const SLOW_MS = 5

export async function startFastify({ middleware, routes }: Tools): Promise<Server> {
  const app = fastify()
  if (middleware !== undefined) {
    app.addHook('onRequest', (request, reply, next) => {
      middleware(request.raw, reply.raw, () => request.routeOptions.url)
      next()
    })
  }
  app.get<{ Params: { id: string } }>(TEMPLATE, async (request) => user(request.params.id))
  app.get<{ Params: { id: string } }>('/slow/:id', async (request) => {
    await sleep(SLOW_MS)
    return user(request.params.id)
  })
  for (let index = 0; index < routes; index += 1) {
    app.get<{ Params: { id: string } }>(`/r${index}/:id`, async (request) => user(request.params.id))
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
