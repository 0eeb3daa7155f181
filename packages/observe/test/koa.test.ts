/**
 * The contract on Koa 3 with @koa/router, and Koa's ways of telling an error.
 */
import { createServer } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { closed, listening } from '@lab/test-kit/server'
import Koa from 'koa'
import { expect, test } from 'vitest'
import { observeKoa } from '../src/koa.ts'
import { createTestObserve } from '../src/testing.ts'
import { describeAdapter } from './contract/contract.ts'
import { Refused } from './contract/routes.ts'
import { Reader } from './observed.ts'
import { sendRequest } from './raw-client.ts'

describeAdapter({
  name: 'Koa 3',
  node: true,
  withoutAdapter: { routes: false, errors: false },
  async start(routes, adapter) {
    const app = new Koa()
    app.silent = true
    if (adapter) app.use(observeKoa(adapter))
    app.use(answerErrors)
    app.use(bodyParser())
    for (const mount of new Set(routes.map((route) => route.mount))) {
      const router = new Router()
      for (const { mount: own, method, path, handle } of routes) {
        if (own !== mount) continue
        router[method](path, (context) => {
          const result = handle({ params: context.params, json: () => context.request.body, request: context.req })
          const answer = ({ status = 200, json, stream }: Awaited<typeof result>): void => {
            context.body = stream ?? json ?? null
            context.status = status
          }
          return result instanceof Promise ? result.then(answer) : answer(result)
        })
      }
      const top = new Router()
      top.use(mount || '/', router.routes(), router.allowedMethods())
      app.use(mount === '' ? router.routes() : top.routes())
    }
    const server = createServer(app.callback())
    return { url: await listening(server), server, close: () => closed(server) }
  },
})

/** Answers, and tells the app of it, as Koa's documentation has it. */
async function answerErrors(context: Koa.Context, next: Koa.Next): Promise<void> {
  try {
    await next()
  } catch (error) {
    const malformed = error instanceof SyntaxError || (error instanceof Error && 'body' in error) ? 400 : 500
    context.status = error instanceof Refused ? error.status : malformed
    context.body = {}
    context.app.emit('error', error, context)
  }
}

test('an error without a handler, and what Koa itself refuses', async () => {
  const obs = createTestObserve()
  const app = new Koa()
  app.silent = true
  app.use(observeKoa(obs))
  app.use((context) => {
    if (context.path === '/throw') context.throw(409, 'taken')
    throw new Error('unhandled here')
  })
  const server = createServer(app.callback())
  const url = await listening(server)
  const reader = new Reader(obs)
  await sendRequest(url, { path: '/' })
  expect((await reader.one()).line).toMatchObject({ status: 500, err: { message: 'unhandled here' } })
  obs.reset()
  await sendRequest(url, { path: '/throw' })
  expect((await reader.one()).line).toMatchObject({ status: 409, err: { type: 'ConflictError', message: 'taken' } })
  await closed(server)
})
