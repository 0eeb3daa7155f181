/** A service on Polka, which has no adapter: `node polka.mjs`, then `curl localhost:3000/users/7`. */
import { observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'
import polka from 'polka'

const obs = observe({ service: 'users' })
const app = polka()

/** Polka does not tell which route it took, so each handler says so itself. */
function get(path, handle) {
  app.get(path, observeHttp(obs, handle, { route: () => path }))
}
get('/users/:id', (request, response) => response.end(JSON.stringify({ id: request.params.id })))

const port = process.env.PORT ?? 3000
app.listen(port, () => obs.log.info(`listening on port ${port}`))
