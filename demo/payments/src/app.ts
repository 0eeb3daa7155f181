/**
 * The HTTP interface of payments.
 */

import { setTimeout as wait } from 'node:timers/promises'
import { type Faults, methodNotAllowed, Problem, problemOf } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import { observeHono } from '@lab/observe/hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { breakOnCommand, type PaymentFault } from './card-network.ts'
import type { Ledger } from './ledger.ts'
import { decide, type Outcome, type PaymentRequest, paymentRequest } from './payment.ts'

/** What each path takes, for the answer to any other method. */
const methods = {
  '/payments': ['POST'],
  '/payments/:orderId': ['DELETE'],
  '/faults': ['GET', 'HEAD'],
}

/** What a card network takes, give or take. */
const authorisationMs = { least: 15, most: 60 }

export interface AppOptions {
  obs: Observe
  ledger: Ledger
  faults: Faults<PaymentFault>
}

export function createApp({ obs, ledger, faults }: AppOptions): Hono {
  const payments = obs.counter('shop.payments', { description: 'Payments decided, by outcome.', unit: '{payment}' })
  for (const outcome of ['authorized', 'declined'] as const) payments.add(0, { outcome })

  async function authorise(request: PaymentRequest): Promise<Outcome> {
    await breakOnCommand(faults)
    const { least, most } = authorisationMs
    await wait(least + Math.random() * (most - least))
    const outcome = decide(request)
    payments.add(1, { outcome: outcome.status })
    return outcome
  }

  const app = new Hono()
  app.use(observeHono(obs))
  app.use(bodyLimit({ maxSize: 100 * 1024, onError: tooLarge }))

  app.post('/payments', async (c) => {
    const request = paymentRequest.parse(await c.req.json())
    const { outcome, isNew } = await ledger.pay(request, () => obs.span('authorise card', () => authorise(request)))
    if (outcome.status === 'authorized') return c.json(outcome, isNew ? 201 : 200)
    obs.log.info({ orderId: request.orderId, reason: outcome.reason }, 'payment declined')
    throw new Problem(402, 'declined', outcome.reason)
  })

  app.delete('/payments/:orderId', async (c) => {
    await ledger.void(z.uuid('expected a UUID').parse(c.req.param('orderId')))
    return c.body(null, 204)
  })

  app.get('/faults', (c) => c.json(faults.list()))

  for (const [path, allow] of Object.entries(methods)) {
    app.all(path, (c) => {
      throw methodNotAllowed(c.req.method, c.req.path, allow)
    })
  }
  app.notFound((c) => c.json(new Problem(404, 'not_found', `There is no ${c.req.method} ${c.req.path} here.`), 404))
  app.onError((error) => {
    const problem = problemOf(error)
    return Response.json(problem, { status: problem.status, headers: problem.headers })
  })
  return app
}

function tooLarge(): never {
  throw new Problem(413, 'too_large', 'The body is larger than the 100 KiB that are taken.')
}
