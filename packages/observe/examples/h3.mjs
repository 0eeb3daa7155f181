/** A service on h3 2, which needs no adapter: `node h3.mjs`, then `curl localhost:3000/users/7`. */
import { createServer } from 'node:http'
import { observe } from '@lab/observe'
import { H3, toNodeHandler } from 'h3'
import { tracingPlugin } from 'h3/tracing'

const obs = observe({ service: 'users' })
const app = new H3({ plugins: [tracingPlugin()] }) // h3's own, it tells routes and errors
app.get('/users/:id', (event) => ({ id: event.context.params.id }))

const port = process.env.PORT ?? 3000
createServer(toNodeHandler(app)).listen(port, () => obs.log.info(`listening on port ${port}`))
