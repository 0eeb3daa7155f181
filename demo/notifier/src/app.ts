/**
 * The HTTP interface of the notifier.
 */

import { type Faults, methodNotAllowed, Problem, problemOf } from '@demo/chassis'
import type { Database } from '@demo/chassis/database'
import Router from '@koa/router'
import type { Observe } from '@lab/observe'
import { observeKoa } from '@lab/observe/koa'
import Koa, { type Context, type Next } from 'koa'
import { z } from 'zod'
import type { Alerts } from './alerts.ts'
import { readQueue } from './queue.ts'
import { findReceipt } from './receipts.ts'
import type { Worker } from './worker.ts'

export const notifierFaults = ['database-slow', 'notifier-stuck'] as const
export type NotifierFault = (typeof notifierFaults)[number]

export interface AppOptions {
  obs: Observe
  database: Database
  faults: Faults<NotifierFault>
  alerts: Alerts
  worker: Pick<Worker, 'resend'>
}

export function createApp({ obs, database, faults, alerts, worker }: AppOptions): Koa {
  const router = new Router()
  router.get('/receipts/:orderId', async (context) => {
    context.body = await findReceipt(database, z.uuid('expected a UUID').parse(context.params.orderId))
  })
  router.get('/queue', async (context) => {
    context.body = await readQueue(database)
  })
  router.post('/queue/resend', async (context) => {
    context.body = { queued: await worker.resend() }
  })
  router.get('/alerts', (context) => {
    context.body = alerts.list()
  })
  router.get('/faults', (context) => {
    context.body = faults.list()
  })

  const app = new Koa()
  // Koa prints errors to standard error unless there is a listener; those of requests are on the request's log line.
  app.on('error', () => undefined)
  app.use(observeKoa(obs))
  app.use(answerWithProblem)
  app.use(router.routes())
  app.use((context) => {
    // The router notes the routes of the path, whatever their method.
    const allow = router.match(context.path, context.method).path.flatMap(({ methods }) => methods)
    if (allow.length > 0) throw methodNotAllowed(context.method, context.path, allow)
    throw new Problem(404, 'not_found', `There is no ${context.method} ${context.path} here.`)
  })
  return app
}

async function answerWithProblem(context: Context, next: Next): Promise<void> {
  try {
    await next()
  } catch (error) {
    const problem = problemOf(error)
    context.status = problem.status
    context.set(problem.headers)
    context.body = problem
    if (problem.status >= 500) context.app.emit('error', error, context)
  }
}
