/**
 * The contract on a bare node:http server with a router of a few lines.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { observeHttp } from '../src/http.ts'
import { closed, describeAdapter, listening } from './adapter-contract.ts'
import { matchRoute, Refused, type Reply } from './contract-routes.ts'

describeAdapter({
  name: 'node:http',
  node: true,
  withoutAdapter: { routes: false, errors: false },
  async start(routes, adapter) {
    const match = ({ method = '', url = '' }: IncomingMessage) => matchRoute(routes, method, url.split('?')[0] ?? '')
    const handle = (request: IncomingMessage, response: ServerResponse): unknown => {
      const matched = match(request)
      if (matched === undefined) return response.writeHead(404).end()
      const json = async () => JSON.parse(await text(request))
      const result = matched.route.handle({ params: matched.params, json, request })
      return result instanceof Promise ? result.then((reply) => answer(response, reply)) : answer(response, result)
    }
    const observed = adapter ? observeHttp(adapter, handle, { route: (request) => match(request)?.template }) : handle
    const server = createServer((request, response) => {
      // An app answers the errors of its handlers in its own way.
      new Promise((resolve) => resolve(observed(request, response))).catch((error: unknown) => {
        response.writeHead(statusOf(error)).end()
      })
    })
    return { url: await listening(server), server, close: () => closed(server) }
  },
})

function answer(response: ServerResponse, { status = 200, json, stream }: Reply): void {
  response.writeHead(status, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
  if (stream) stream.pipe(response)
  else response.end(json === undefined ? undefined : JSON.stringify(json))
}

function statusOf(error: unknown): number {
  if (error instanceof SyntaxError) return 400
  return error instanceof Refused ? error.status : 500
}
