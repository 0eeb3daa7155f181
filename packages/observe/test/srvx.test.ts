/**
 * The contract on srvx, the server below h3 and Nitro: its tracing channel tells errors, the adapter for fetch-style
 * handlers names routes.
 */
import { Server } from 'node:http'
import { Readable } from 'node:stream'
import { type ServerRequest, serve } from 'srvx'
import { tracingPlugin } from 'srvx/tracing'
import { observeWeb } from '../src/web.ts'
import { describeAdapter } from './contract/contract.ts'
import { matchRoute, Refused, type Reply } from './contract/routes.ts'

describeAdapter({
  name: 'srvx',
  node: false,
  withoutAdapter: { routes: false, errors: true },
  async start(routes, adapter) {
    const match = ({ method, url }: Request) => matchRoute(routes, method, new URL(url).pathname)
    const handle = (request: ServerRequest): Response | Promise<Response> => {
      const matched = match(request)
      if (matched === undefined) return new Response(null, { status: 404 })
      const json = () => request.json().catch((cause) => Promise.reject(new Malformed('not JSON', { cause })))
      const result = matched.route.handle({ params: matched.params, json, request: undefined })
      return result instanceof Promise ? result.then(responseOf) : responseOf(result)
    }
    const running = serve({
      fetch: adapter ? observeWeb(adapter, handle, { route: (request) => match(request)?.template }) : handle,
      error: answerError,
      plugins: [tracingPlugin()],
      port: 0,
      hostname: '127.0.0.1',
      silent: true,
      gracefulShutdown: false,
    })
    await running.ready()
    const server = running.node?.server
    if (!(server instanceof Server)) throw new Error('srvx runs on something else than node:http')
    return { url: (running.url ?? '').replace(/\/$/, ''), server, close: () => running.close(true) }
  },
})

function responseOf({ status = 200, json, stream }: Reply): Response {
  if (stream) return new Response(Readable.toWeb(stream) as ReadableStream, { status })
  return json === undefined ? new Response(null, { status }) : Response.json(json, { status })
}

class Malformed extends Error {
  readonly status = 400
}

function answerError(error: unknown): Response {
  return new Response(null, { status: error instanceof Refused || error instanceof Malformed ? error.status : 500 })
}
