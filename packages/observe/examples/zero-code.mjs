/** A service that knows nothing of it: `node --import @lab/observe/auto zero-code.mjs`, then `curl localhost:3000/users/7`. */
import express from 'express'

const app = express()
app.get('/users/:id', (request, response) => {
  response.json({ id: request.params.id })
})

const port = process.env.PORT ?? 3000
app.listen(port, () => process.stdout.write(`listening on port ${port}\n`))
