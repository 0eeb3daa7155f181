/** A service on Express 5 or 4: `node express.mjs`, then `curl localhost:3000/users/7`. */
import { observe } from '@lab/observe'
import { observeExpress } from '@lab/observe/express'
import express from 'express'

const obs = observe({ service: 'users' })
const app = express()

app.use(observeExpress(obs)) // first
app.use(express.json())
app.get('/users/:id', (request, response) => {
  response.json({ id: request.params.id })
})

const port = process.env.PORT ?? 3000
app.listen(port, () => obs.log.info(`listening on port ${port}`))
