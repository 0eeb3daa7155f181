/**
 * The gateway as a Fastify application: the storefront, its API, and how errors and headers look on both.
 */

import { answerMalformed } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import { observeFastify } from '@lab/observe/fastify'
import { type FastifyInstance, fastify } from 'fastify'
import { answerErrors, answerFrameworkErrors } from './errors.ts'
import type { Leak } from './leak.ts'
import { methodsByPath, refuseOtherMethods } from './methods.ts'
import { serveOrders } from './routes/orders.ts'
import { serveProducts } from './routes/products.ts'
import { serveStatus } from './routes/status.ts'
import { serveTrace } from './routes/trace.ts'
import { secureHeaders } from './security.ts'
import { knowShoppers } from './shopper.ts'
import { serveStorefront } from './storefront.ts'
import { type Timeouts, Upstream, type UpstreamName, type Upstreams } from './upstreams/upstream.ts'

export interface GatewayOptions {
  readonly obs: Observe
  readonly urls: Readonly<Record<UpstreamName, string>>
  /** Address of the page of a trace, with `{id}` in the place of its id. */
  readonly tracePage: string
  readonly timeouts?: Timeouts
  readonly leak?: Leak
}

/** An order of the largest size that the API takes is well below this. */
const bodyLimit = 16 * 1024

/** Placing an order waits for the payment, which has a timeout and a second attempt of its own. */
const defaultTimeouts: Timeouts = { reading: 3000, placingOrder: 12_000, receipt: 1000, status: 2000 }

/** The application, ready to listen. */
export async function createGateway({
  obs,
  urls,
  tracePage,
  timeouts = defaultTimeouts,
  leak,
}: GatewayOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    bodyLimit,
    requestTimeout: 10_000,
    forceCloseConnections: 'idle',
    frameworkErrors: answerFrameworkErrors(obs),
    clientErrorHandler: answerMalformed,
  })
  const upstream = (name: UpstreamName) => new Upstream({ name, url: urls[name], timeout: timeouts.reading, obs })
  const upstreams: Upstreams = {
    orders: upstream('orders'),
    inventory: upstream('inventory'),
    payments: upstream('payments'),
    notifier: upstream('notifier'),
  }
  await app.register(observeFastify(obs))
  if (leak) app.addHook('onRequest', async () => leak.onRequest())
  const methods = methodsByPath(app)
  answerErrors(app, obs)
  await secureHeaders(app)
  await knowShoppers(app)
  await serveStorefront(app, obs)
  serveProducts(app, upstreams)
  serveOrders(app, upstreams, { obs, timeouts })
  serveStatus(app, upstreams, timeouts.status)
  serveTrace(app, tracePage)
  refuseOtherMethods(app, methods)
  return app
}
