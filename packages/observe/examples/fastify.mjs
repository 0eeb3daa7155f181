/** A service on Fastify 5: `node fastify.mjs`, then `curl localhost:3000/users/7`. */
import { observe } from '@lab/observe'
import { observeFastify } from '@lab/observe/fastify'
import { fastify } from 'fastify'

const obs = observe({ service: 'users' })
const app = fastify({ loggerInstance: obs.log, disableRequestLogging: true })

await app.register(observeFastify(obs)) // first
app.get('/users/:id', (request) => ({ id: request.params.id }))

const port = Number(process.env.PORT ?? 3000)
await app.listen({ port })
app.log.info(`listening on port ${port}`)
