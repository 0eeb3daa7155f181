/** A service on node:http alone: `node node-http.mjs`, then `curl localhost:3000/users/7`. */
import { createServer } from 'node:http'
import { observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'

const obs = observe({ service: 'users' })
const users = /^\/users\/([^/?]+)/

function handle(request, response) {
  const [, id] = users.exec(request.url) ?? []
  if (id === undefined) return response.writeHead(404).end()
  return response.end(JSON.stringify({ id }))
}

function route(request) {
  return users.test(request.url) ? '/users/:id' : undefined
}
const port = process.env.PORT ?? 3000
createServer(observeHttp(obs, handle, { route })).listen(port, () => obs.log.info(`listening on port ${port}`))
