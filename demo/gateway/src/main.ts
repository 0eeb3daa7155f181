/**
 * The gateway service: the storefront and its API.
 */

import type { Server } from 'node:http'
import { Faults, isAdminPath, listening, readEnvironment, runProgram, serve, serviceUrl } from '@demo/chassis'
import { observe } from '@lab/observe'
import { z } from 'zod'
import { createGateway } from './app.ts'
import { gatewayFaults, Leak } from './leak.ts'

const settings = z.object({
  ...listening('gateway'),
  ORDERS_URL: serviceUrl('orders'),
  INVENTORY_URL: serviceUrl('inventory'),
  PAYMENTS_URL: serviceUrl('payments'),
  NOTIFIER_URL: serviceUrl('notifier'),
  TRACE_PAGE: z
    .string()
    .regex(/^https?:\/\/.*\{id\}/, 'expected an address with {id} in it, such as http://127.0.0.1:16686/trace/{id}')
    .default('http://127.0.0.1:4300/trace/{id}'),
})

await runProgram({
  async serve() {
    const { HOST: host, PORT: port, TRACE_PAGE: tracePage, ...urls } = readEnvironment(settings)
    const obs = observe({ service: 'gateway', admin: false, ignore: isAdminPath })
    const leak = new Leak()
    const faults = new Faults(obs, gatewayFaults, { 'gateway-leak': async (enabled) => leak.enable(enabled) })
    let server: Server | undefined
    obs.health('listening', () => server?.listening === true)
    const app = await createGateway({
      obs,
      urls: {
        orders: urls.ORDERS_URL,
        inventory: urls.INVENTORY_URL,
        payments: urls.PAYMENTS_URL,
        notifier: urls.NOTIFIER_URL,
      },
      tracePage,
      leak,
    })
    await app.ready() // The server is listened on directly, and before this Fastify has not compiled its hooks.
    server = app.server
    await serve({ obs, faults, server, host, port, close: [() => app.close()] })
  },
})
