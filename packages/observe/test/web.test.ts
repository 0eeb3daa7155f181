/**
 * The contract on a fetch-style handler behind @hono/node-server.
 */
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { closed, listening } from '@lab/test-kit/server'
import { expect, test } from 'vitest'
import { createTestObserve } from '../src/testing.ts'
import { observeWeb } from '../src/web.ts'
import { describeAdapter } from './contract/contract.ts'
import { matchRoute, Refused, type Reply } from './contract/routes.ts'
import { Reader } from './observed.ts'

describeAdapter({
  name: 'fetch-style handler',
  node: false,
  withoutAdapter: { routes: false, errors: false },
  async start(routes, adapter) {
    const match = ({ method, url }: Request) => matchRoute(routes, method, new URL(url).pathname)
    const handle = (request: Request): Response | Promise<Response> => {
      const matched = match(request)
      if (matched === undefined) return new Response(null, { status: 404 })
      const { route, params } = matched
      const json = () => request.json().catch((cause) => Promise.reject(new Malformed('not JSON', { cause })))
      const result = route.handle({ params, json, request: undefined })
      return result instanceof Promise ? result.then(responseOf) : responseOf(result)
    }
    const observed = adapter ? observeWeb(adapter, handle, { route: (request) => match(request)?.template }) : handle
    const listener = getRequestListener(observed, { errorHandler: answerError, overrideGlobalObjects: false })
    const server = createServer(listener)
    return { url: await listening(server), server, close: () => closed(server) }
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

test('hands on all arguments and leaves the answer as it is', async () => {
  const obs = createTestObserve()
  const handle = observeWeb(
    obs,
    (_request: Request, greeting: string) =>
      new Response(greeting, { status: 201, statusText: 'Made', headers: { 'x-own': 'yes', 'set-cookie': 'a=1' } }),
  )
  const response = await handle(new Request('https://example.test/a?secret=1'), 'hello')
  expect(response).toMatchObject({ status: 201, statusText: 'Made' })
  expect(response.headers.get('x-own')).toBe('yes')
  expect(response.headers.getSetCookie()).toEqual(['a=1'])
  expect(await response.text()).toBe('hello')
  const { span } = await new Reader(obs).one()
  expect(span.attributes).toMatchObject({ 'url.scheme': 'https', 'url.path': '/a', 'http.response.status_code': 201 })
})

test('a handler that calls another one observes both', async () => {
  const obs = createTestObserve()
  const inner = observeWeb(obs, () => new Response('inner'), { route: () => '/inner' })
  const outer = observeWeb(obs, () => inner(new Request('http://local/inner')), { route: () => '/outer' })
  expect(await (await outer(new Request('http://local/outer'))).text()).toBe('inner')
  const ended = await new Reader(obs).next(2)
  expect(ended.map(({ span }) => span.name)).toEqual(['GET /inner', 'GET /outer'])
})
