/**
 * Who a request is from: a random id in a cookie, without an account. The first answer of the API sets it; orders are listed and opened for
 * the shopper who placed them.
 */

import { randomUUID } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'

const cookie = 'shopper'
/** As long as orders are kept, in seconds. */
const maxAge = 30 * 24 * 60 * 60

const shopperId = z.uuid()

/** Header that tells orders whose request it is. */
const shopperHeader = 'shopper-id'

/**
 * Gives every caller of `/api` a shopper id. Register it before the routes. A page script cannot read the cookie, and it does not come with a
 * POST of another site. It is not `Secure`, since the shop also runs without TLS, on localhost.
 */
export async function knowShoppers(app: FastifyInstance): Promise<void> {
  await app.register(fastifyCookie)
  app.decorateRequest('shopper', '')
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return
    const { data: known } = shopperId.safeParse(request.cookies[cookie])
    request.shopper = known ?? randomUUID()
    if (!known) reply.setCookie(cookie, request.shopper, { path: '/', httpOnly: true, sameSite: 'lax', maxAge })
  })
}

export function headersOf({ shopper }: FastifyRequest): Record<string, string> {
  return { [shopperHeader]: shopper }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Random id of the shopper. */
    shopper: string
  }
}
