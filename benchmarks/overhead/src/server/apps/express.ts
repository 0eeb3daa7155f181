/** Express 5. */
import { createServer, type Server } from 'node:http'
import express from 'express'
import { listening, TEMPLATE, type Tools, user } from './app.ts'

export function startExpress({ middleware }: Tools): Promise<Server> {
  const app = express()
  if (middleware !== undefined) {
    app.use(function observed(request, response, next) {
      middleware(request, response, () => request.route?.path)
      next()
    })
  }
  app.get(TEMPLATE, (request, response) => {
    response.json(user(request.params.id))
  })
  return listening(createServer(app))
}
