/**
 * The contract on Fastify 5 and 4, and what only Fastify does: plugins with hooks and error handlers of their own.
 */
import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import fastify, { type FastifyInstance } from 'fastify'
import fastify4 from 'fastify4'
import { describe, expect, test } from 'vitest'
import { observeFastify } from '../src/fastify.ts'
import { createTestObserve } from '../src/testing.ts'
import { describeAdapter } from './contract/contract.ts'
import { Refused, type Route } from './contract/routes.ts'
import { Reader } from './observed.ts'
import { sendRequest } from './raw-client.ts'

/** What is used of Fastify 4 is the same. */
const VERSIONS: [string, typeof fastify][] = [
  ['Fastify 5', fastify],
  ['Fastify 4', fastify4 as never],
]

for (const [name, framework] of VERSIONS)
  describeAdapter({
    name,
    node: true,
    withoutAdapter: { routes: true, errors: true },
    async start(routes, adapter) {
      const app = framework()
      if (adapter) app.register(observeFastify(adapter))
      app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
      app.setErrorHandler((error, _request, reply) => {
        const malformed = error instanceof SyntaxError || (error instanceof Error && 'statusCode' in error) ? 400 : 500
        return reply.code(error instanceof Refused ? error.status : malformed).send({ failed: true })
      })
      for (const mount of new Set(routes.map((route) => route.mount))) {
        app.register(
          (scope, _options, done) => {
            for (const route of routes) if (route.mount === mount) addRoute(scope, route)
            done()
          },
          { prefix: mount },
        )
      }
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url, server: app.server, close: () => app.close() }
    },
  })

function addRoute(scope: FastifyInstance, { method, path, handle }: Route): void {
  scope[method]<{ Params: Record<string, string> }>(path, (request, reply) => {
    const result = handle({ params: request.params, json: () => request.body, request: request.raw })
    const answer = ({ status = 200, json, stream }: Awaited<typeof result>) => {
      const sent = reply.code(status).send(stream ?? json)
      // Fastify 4.0 waits for a reply that is returned, and answers an aborted one again, which ends the process.
      return stream === undefined ? sent : undefined
    }
    return result instanceof Promise ? result.then(answer) : answer(result)
  })
}

test('HTTP/2', async () => {
  const obs = createTestObserve()
  const app = fastify({ http2: true })
  app.register(observeFastify(obs))
  app.get('/items/:id', () => obs.span('inside', () => ({})))
  app.get('/held', () => new Promise(() => undefined))
  const client = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  const reader = new Reader(obs)
  await once(client.request({ ':path': '/items/7' }).resume(), 'close')
  const { span, line } = await reader.one()
  expect(line).toMatchObject({ route: '/items/:id', status: 200, level: 'info' })
  expect(span.attributes).toMatchObject({ 'network.protocol.version': '2', 'http.request.method': 'GET' })
  expect(obs.spans.find(({ name }) => name === 'inside')?.parentSpanId).toBe(span.spanId)
  obs.reset()
  const held = client.request({ ':path': '/held' })
  await once(app.server, 'request')
  held.close(constants.NGHTTP2_CANCEL)
  expect((await reader.one()).line).toMatchObject({ route: '/held', aborted: true })
  client.close()
  await app.close()
})

test('errors of hooks, of validation and of plugins with a handler of their own', async () => {
  const obs = createTestObserve()
  const app = fastify()
  app.register(observeFastify(obs))
  app.register((scope, _options, done) => {
    scope.setErrorHandler((_error, _request, reply) => reply.code(503).send())
    scope.get('/own/:id', () => Promise.reject(new Error('in the plugin')))
    done()
  })
  app.get('/hook', { preHandler: () => Promise.reject(new Error('in the hook')) }, () => ({}))
  app.get('/valid', { schema: { querystring: { type: 'object', required: ['q'] } } }, () => ({}))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const reader = new Reader(obs)
  const get = async (path: string) => {
    obs.reset()
    await sendRequest(url, { path })
    return (await reader.one()).line
  }
  expect(await get('/own/1')).toMatchObject({ route: '/own/:id', status: 503, err: { message: 'in the plugin' } })
  expect(await get('/hook')).toMatchObject({ route: '/hook', status: 500, err: { message: 'in the hook' } })
  expect(await get('/valid')).toMatchObject({ route: '/valid', status: 400, err: { type: 'Error' } })
  await app.close()
})

describe.each(VERSIONS)('%s without the adapter', (_, framework) => {
  test('what ends before the handler has its route, too', async () => {
    const obs = createTestObserve({ listen: true })
    const app = framework()
    app.get('/refused/:id', { onRequest: (_request, reply) => void reply.code(401).send() }, () => ({}))
    app.get('/hook/:id', { preHandler: () => Promise.reject(new Error('in the hook')) }, () => ({}))
    app.get('/valid/:id', { schema: { querystring: { type: 'object', required: ['q'] } } }, () => ({}))
    app.post('/parsed/:id', () => ({}))
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const reader = new Reader(obs)
    const lineOf = async (request: Parameters<typeof sendRequest>[1]) => {
      obs.reset()
      await sendRequest(url, request)
      return (await reader.one()).line
    }
    expect(await lineOf({ path: '/refused/1' })).toMatchObject({ route: '/refused/:id', status: 401 })
    expect(await lineOf({ path: '/hook/1' })).toMatchObject({ route: '/hook/:id', err: { message: 'in the hook' } })
    expect(await lineOf({ path: '/valid/1' })).toMatchObject({ route: '/valid/:id', status: 400 })
    const malformed = { method: 'POST', path: '/parsed/1', headers: { 'content-type': 'application/json' }, body: '{' }
    expect(await lineOf(malformed)).toMatchObject({ route: '/parsed/:id', status: 400 })
    expect(await lineOf({ path: '/nothing' })).not.toHaveProperty('route')
    await app.close()
    await obs.shutdown()
  })
})
