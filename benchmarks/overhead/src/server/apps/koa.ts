/** Koa 3 with @koa/router. */
import { createServer, type Server } from 'node:http'
import Router from '@koa/router'
import Koa from 'koa'
import { listening, TEMPLATE, type Tools, user } from './app.ts'

export async function startKoa({ middleware, obs }: Tools): Promise<Server> {
  const app = new Koa()
  if (obs !== undefined) app.use((await import('@lab/observe/koa')).observeKoa(obs))
  if (middleware !== undefined) {
    app.use(async function observed(context, next) {
      middleware(context.req, context.res, () => context._matchedRoute)
      await next()
    })
  }
  const router = new Router()
  router.get(TEMPLATE, (context) => {
    context.body = user(context.params.id ?? '')
  })
  app.use(router.routes())
  return listening(createServer(app.callback()))
}
