/**
 * The HTTP interface of inventory.
 */

import { type Faults, methodNotAllowed, Problem, problemOf, text } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import { observeExpress } from '@lab/observe/express'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { z } from 'zod'
import type { InventoryFault, Warehouse } from './warehouse.ts'

const orderId = z.uuid('expected a UUID')
const sku = text(64, 'expected a SKU')

const reservationRequest = z.object({
  orderId,
  items: z
    .array(z.object({ sku, quantity: z.int().min(1).max(1000) }))
    .min(1, 'expected at least one item')
    .max(50, 'expected 50 items at most'),
})

/** What each path takes, for the answer to any other method. */
const methods = {
  '/products': ['GET', 'HEAD'],
  '/products/:sku': ['GET', 'HEAD'],
  '/reservations': ['POST'],
  '/reservations/:orderId': ['DELETE'],
  '/faults': ['GET', 'HEAD'],
}

/** Milliseconds that one request keeps the event loop while the fault is on. */
const BLOCK_MS = 300

export interface AppOptions {
  obs: Observe
  warehouse: Warehouse
  faults: Faults<InventoryFault>
}

export function createApp({ obs, warehouse, faults }: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(observeExpress(obs))
  app.use(express.json())
  app.use((_request, _response, next) => {
    if (faults.isOn('inventory-blocked')) blockEventLoop()
    next()
  })

  app.get('/products', async (_request, response) => {
    response.json(await warehouse.products())
  })
  app.get('/products/:sku', async (request, response) => {
    response.json(await warehouse.product(request.params.sku))
  })
  app.post('/reservations', async (request, response) => {
    const { orderId, items } = reservationRequest.parse(request.body)
    const { reservation, isNew } = await warehouse.reserve(orderId, items)
    response.status(isNew ? 201 : 200).json(reservation)
  })
  app.delete('/reservations/:orderId', async (request, response) => {
    await warehouse.release(orderId.parse(request.params.orderId))
    response.sendStatus(204)
  })

  app.get('/faults', (_request, response) => {
    response.json(faults.list())
  })

  for (const [path, allow] of Object.entries(methods)) {
    app.all(path, (request) => {
      throw methodNotAllowed(request.method, request.path, allow)
    })
  }
  app.use((request) => {
    throw new Problem(404, 'not_found', `There is no ${request.method} ${request.path} here.`)
  })
  app.use(answerWithProblem)
  return app
}

/** Express tells an error handler by its four parameters. */
const answerWithProblem: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  const problem = problemOf(error)
  response.status(problem.status).set(problem.headers).json(problem)
}

/** As a large JSON document or a regular expression on user input would. */
function blockEventLoop(): void {
  const until = performance.now() + BLOCK_MS
  while (performance.now() < until) JSON.parse(JSON.stringify(methods))
}
