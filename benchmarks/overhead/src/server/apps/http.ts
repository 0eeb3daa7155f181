/** node:http alone: the cost of Node.js itself, against which all others are read. */
import { createServer, type Server } from 'node:http'
import { listening, TEMPLATE, type Tools, user } from './app.ts'

export function startHttp({ middleware }: Tools): Promise<Server> {
  const server = createServer((request, response) => {
    middleware?.(request, response, () => TEMPLATE)
    const body = JSON.stringify(user((request.url ?? '').slice('/users/'.length)))
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('content-length', Buffer.byteLength(body))
    response.end(body)
  })
  return listening(server)
}
