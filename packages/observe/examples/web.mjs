/** A fetch-style handler, here served by @hono/node-server: `node web.mjs`, then `curl localhost:3000/users/7`. */
import { serve } from '@hono/node-server'
import { observe } from '@lab/observe'
import { observeWeb } from '@lab/observe/web'

const obs = observe({ service: 'users' })
const users = /^\/users\/([^/]+)$/

function handle(request) {
  const [, id] = users.exec(new URL(request.url).pathname) ?? []
  return id === undefined ? new Response('not found', { status: 404 }) : Response.json({ id })
}

function route(request) {
  return users.test(new URL(request.url).pathname) ? '/users/:id' : undefined
}
const port = Number(process.env.PORT ?? 3000)
serve({ fetch: observeWeb(obs, handle, { route }), port }, () => obs.log.info(`listening on port ${port}`))
