/**
 * The storefront's pages and what they load, straight from the folder `storefront`. Nothing is built, so a page is what
 * its file says; browsers ask each time whether a file changed (ETag), so that an update is seen at once.
 */

import { fileURLToPath } from 'node:url'
import { Problem } from '@demo/chassis'
import files from '@fastify/static'
import type { Observe } from '@lab/observe'
import type { FastifyInstance } from 'fastify'
import { sendProblem } from './errors.ts'

const pages = {
  '/': 'shop.html',
  '/orders': 'orders.html',
  '/orders/:id': 'order.html',
  '/status': 'status.html',
} as const

/** The folder is next to `src` and `dist`, so it is found from either. */
const folder = fileURLToPath(new URL('../storefront', import.meta.url))

export async function serveStorefront(app: FastifyInstance, obs: Observe): Promise<void> {
  // One route for each file rather than a wildcard: the route's name tells which file was asked for.
  await app.register(files, { root: `${folder}/assets`, prefix: '/assets/', wildcard: false, maxAge: 0 })
  for (const [path, page] of Object.entries(pages)) {
    app.get(path, (_request, reply) => reply.sendFile(page, `${folder}/pages`))
  }
  app.setNotFoundHandler(function answerNotFound({ method, url, headers }, reply) {
    const isPage = method === 'GET' && !url.startsWith('/api/') && headers.accept?.includes('text/html')
    if (isPage) return reply.code(404).sendFile('not-found.html', `${folder}/pages`)
    const path = url.split('?', 1)[0]
    return sendProblem(new Problem(404, 'not_found', `There is no ${method} ${path} here.`), reply, obs)
  })
}
