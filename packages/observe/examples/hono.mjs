/** A service on Hono 4 with @hono/node-server: `node hono.mjs`, then `curl localhost:3000/users/7`. */
import { serve } from '@hono/node-server'
import { observe } from '@lab/observe'
import { observeHono } from '@lab/observe/hono'
import { Hono } from 'hono'

const obs = observe({ service: 'users' })
const app = new Hono()

app.use(observeHono(obs)) // first
app.get('/users/:id', (context) => context.json({ id: context.req.param('id') }))

const port = Number(process.env.PORT ?? 3000)
serve({ fetch: app.fetch, port }, () => obs.log.info(`listening on port ${port}`))
