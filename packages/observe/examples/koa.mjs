/** A service on Koa 3 with @koa/router: `node koa.mjs`, then `curl localhost:3000/users/7`. */
import Router from '@koa/router'
import { observe } from '@lab/observe'
import { observeKoa } from '@lab/observe/koa'
import Koa from 'koa'

const obs = observe({ service: 'users' })
const app = new Koa()
const router = new Router()

router.get('/users/:id', (context) => {
  context.body = { id: context.params.id }
})
app.use(observeKoa(obs)) // first
app.use(router.routes())

const port = process.env.PORT ?? 3000
app.listen(port, () => obs.log.info(`listening on port ${port}`))
