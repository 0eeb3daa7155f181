/**
 * The contract on Polka, which has neither a channel nor an adapter: what node:http alone tells.
 */
import { createServer, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { closed, listening } from '@lab/test-kit/server'
import polka, { type Middleware } from 'polka'
import { describeAdapter } from './contract/contract.ts'
import { Refused, type Route } from './contract/routes.ts'

describeAdapter({
  name: 'Polka',
  node: true,
  withoutAdapter: { routes: false, errors: false },
  adapterless: true,
  async start(routes) {
    const app = polka({ onNoMatch: (_request, response) => void response.writeHead(404).end() })
    for (const route of routes) {
      const template = route.mount + route.path
      app[route.method](template, handlerOf(route))
      if (route.method === 'get') app.head(template, handlerOf(route))
    }
    const server = createServer((request, response) => {
      try {
        app.handler(request as never, response)
      } catch (error) {
        // A path that cannot be decoded.
        answerError(error, response)
      }
    })
    return { url: await listening(server), server, close: () => closed(server) }
  },
})

function handlerOf({ handle }: Route): Middleware {
  // Polka waits for no promise, and hands an only handler nothing to pass an error to.
  return async function handleRoute(request, response) {
    try {
      const json = async () => JSON.parse(await text(request))
      const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]))
      const { status = 200, json: body, stream } = await handle({ params, json, request })
      response.writeHead(status, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
      if (stream) stream.pipe(response)
      else response.end(body === undefined ? undefined : JSON.stringify(body))
    } catch (error) {
      answerError(error, response)
    }
  }
}

function answerError(error: unknown, response: ServerResponse): void {
  const malformed = error instanceof SyntaxError || error instanceof URIError
  const failed = error instanceof Refused ? error.status : 500
  response.writeHead(malformed ? 400 : failed).end()
}
