/**
 * The contract on hapi, which has neither a channel nor an adapter: what node:http alone tells.
 */
import type { Server } from 'node:http'
import {
  server as createHapi,
  type Request,
  type ResponseObject,
  type ResponseToolkit,
  type RouteOptions,
} from '@hapi/hapi'
import { describeAdapter } from './contract/contract.ts'
import { Refused, type Route } from './contract/routes.ts'

describeAdapter({
  name: 'hapi',
  node: true,
  withoutAdapter: { routes: false, errors: false },
  adapterless: true,
  async start(routes) {
    const app = createHapi({ port: 0, host: '127.0.0.1', debug: false })
    for (const route of routes) {
      const path = (route.mount + route.path).replace(/:(\w+)/g, '{$1}')
      app.route({ method: route.method, path, handler: handlerOf(route), options: optionsOf(route) })
    }
    app.ext('onPreResponse', (request, toolkit) => {
      const { response } = request
      return response instanceof Refused ? toolkit.response({}).code(response.status) : toolkit.continue
    })
    await app.start()
    const server: Server = app.listener
    return { url: app.info.uri, server, close: () => app.stop() }
  },
})

function optionsOf({ method, path }: Route): RouteOptions {
  if (method === 'get') return {}
  return path === '/listened' ? { payload: { output: 'stream', parse: false } } : { payload: { parse: true } }
}

function handlerOf({ handle }: Route) {
  return function handleRoute(
    request: Request<{ Params: Record<string, string> }>,
    toolkit: ResponseToolkit,
  ): ResponseObject | Promise<ResponseObject> {
    const result = handle({ params: { ...request.params }, json: () => request.payload, request: request.raw.req })
    const answer = ({ status = 200, json, stream }: Awaited<typeof result>): ResponseObject =>
      toolkit.response(stream ?? (json as object | undefined)).code(status)
    return result instanceof Promise ? result.then(answer) : answer(result)
  }
}
