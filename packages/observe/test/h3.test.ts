/**
 * The contract on h3 2, which needs no adapter: its own tracing channel names routes and errors.
 */
import { createServer, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { closed, listening } from '@lab/test-kit/server'
import { H3, type H3Event, HTTPError, toNodeHandler } from 'h3'
import { tracingPlugin } from 'h3/tracing'
import { describeAdapter } from './contract/contract.ts'
import type { Route } from './contract/routes.ts'

describeAdapter({
  name: 'h3 2',
  node: true,
  withoutAdapter: { routes: true, errors: true },
  adapterless: true,
  async start(routes) {
    const app = new H3({ plugins: [tracingPlugin()] })
    for (const route of routes) app[route.method](route.mount + route.path, handlerOf(route))
    const server = createServer(toNodeHandler(app))
    return { url: await listening(server), server, close: () => closed(server) }
  },
})

function handlerOf({ handle }: Route): (event: H3Event) => Response | Promise<Response> {
  return function handleRoute(event) {
    const json = () => event.req.json().catch((cause) => Promise.reject(new HTTPError({ status: 400, cause })))
    const request = event.runtime?.node?.req
    const node = request instanceof IncomingMessage ? request : undefined
    const result = handle({ params: event.context.params ?? {}, json, request: node })
    const answer = ({ status = 200, json, stream }: Awaited<typeof result>): Response => {
      if (stream) return new Response(Readable.toWeb(stream) as ReadableStream, { status })
      return json === undefined ? new Response(null, { status }) : Response.json(json, { status })
    }
    return result instanceof Promise ? result.then(answer) : answer(result)
  }
}
