/** A service on hapi, which has no adapter: `node hapi.mjs`, then `curl localhost:3000/users/7`. */
import hapi from '@hapi/hapi'
import { observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'

const obs = observe({ service: 'users' })
const port = process.env.PORT ?? 3000
const app = hapi.server({ port })

/** hapi's own router says which route a request will take; it throws for what is no path, such as `*`. */
function route({ method, url }) {
  return url.startsWith('/') ? app.match(method.toLowerCase(), url.split('?', 1)[0])?.path : undefined
}
const nameRoute = observeHttp(obs, () => undefined, { route })
app.listener.prependListener('request', nameRoute)
app.route({ method: 'GET', path: '/users/{id}', handler: (request) => ({ id: request.params.id }) })

await app.start()
obs.log.info(`listening on port ${port}`)
