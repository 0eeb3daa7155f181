/** Hono on @hono/node-server. */
import { createServer, type Server } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { listening, TEMPLATE, type Tools, user } from './app.ts'

export async function startHono({ middleware, obs }: Tools): Promise<Server> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  if (obs !== undefined) app.use((await import('@lab/observe/hono')).observeHono(obs))
  if (middleware !== undefined) {
    app.use(async function observed(context, next) {
      middleware(context.env.incoming, context.env.outgoing, () => routePath(context, -1))
      await next()
    })
  }
  app.get(TEMPLATE, (context) => context.json(user(context.req.param('id'))))
  return listening(createServer(getRequestListener(app.fetch)))
}
