/**
 * Calls between services, over real sockets: what is repeated, how often, and what the caller gets.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HttpClient, type HttpClientOptions } from './http-client.ts'

type Reaction = (response: ServerResponse) => void

let server: Server
let url: string
let requests: { line: string; type: string | undefined; body: string }[]
/** One for each request; the last one stays. */
let reactions: Reaction[]
let repeated: string[]

beforeEach(async () => {
  requests = []
  repeated = []
  reactions = []
  server = createServer(react)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function react(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url: path, headers } = request
  requests.push({ line: `${method} ${path}`, type: headers['content-type'], body: await text(request) })
  const reaction = reactions.length > 1 ? reactions.shift() : reactions[0]
  reaction?.(response)
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Reaction {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

function connect(options: Partial<HttpClientOptions> = {}): HttpClient {
  const onRepeat = (path: string, reason: string) => void repeated.push(`${path}: ${reason}`)
  return new HttpClient({ url, timeoutMs: 30_000, onRepeat, ...options })
}

test('sends JSON and gives the JSON of the answer', async () => {
  reactions = [answer(201, { id: 7 })]
  const result = await connect().call({ method: 'POST', path: '/orders', body: { sku: 'fern' } })
  expect(result).toMatchObject({ kind: 'answer', status: 201, body: { id: 7 }, error: {} })
  expect(requests).toEqual([{ line: 'POST /orders', type: 'application/json', body: '{"sku":"fern"}' }])
})

test('a refusal is an answer, and is not repeated', async () => {
  const error = { code: 'sold_out', message: 'There is none left.', details: { sku: 'fern' } }
  reactions = [answer(409, { error })]
  expect(await connect().call({ path: '/' })).toMatchObject({ kind: 'answer', status: 409, error })
  expect(requests).toHaveLength(1)
})

test('a 5xx is repeated once, with the same body', async () => {
  reactions = [answer(500, 'no JSON'), answer(200, { ok: true })]
  expect(await connect().call({ method: 'POST', path: '/pay', body: { cents: 1 } })).toMatchObject({ status: 200 })
  expect(requests.map(({ body }) => body)).toEqual(['{"cents":1}', '{"cents":1}'])
  expect(repeated).toEqual(['/pay: status 500'])
})

test('the second 5xx is the answer', async () => {
  reactions = [answer(502, { error: { code: 'internal' } })]
  expect(await connect().call({ path: '/' })).toMatchObject({ status: 502, error: { code: 'internal' } })
  expect(requests).toHaveLength(2)
})

test('a service that names a time to come back is not called again', async () => {
  reactions = [answer(503, {}, { 'retry-after': '5' })]
  expect(await connect().call({ path: '/' })).toMatchObject({ status: 503, retryAfter: 5 })
  expect(requests).toHaveLength(1)
})

test('what must not be repeated is sent once', async () => {
  reactions = [answer(500, {})]
  expect(await connect().call({ path: '/', repeatable: false })).toMatchObject({ status: 500 })
  expect(requests).toHaveLength(1)
})

test.each<[string, Reaction]>([
  ['no answer', () => undefined],
  ['an answer that does not end', (response) => void response.writeHead(200).write('[{')],
])('%s is a timeout, after two attempts', async (_case, reaction) => {
  reactions = [reaction]
  expect(await connect({ timeoutMs: 300 }).call({ path: '/slow' })).toMatchObject({ kind: 'timeout' })
  expect(repeated).toEqual(['/slow: timeout'])
})

test('a call may have a time of its own', async () => {
  reactions = [() => undefined]
  expect(await connect().call({ path: '/', timeoutMs: 300, repeatable: false })).toMatchObject({ kind: 'timeout' })
})

test.each<[string, Reaction]>([
  ['before the answer', (response) => response.destroy()],
  [
    'within the answer',
    (response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('[', () => response.destroy())
    },
  ],
])('a connection that breaks %s is tried once more', async (_when, broken) => {
  reactions = [broken, answer(200, [1])]
  expect(await connect().call({ path: '/' })).toMatchObject({ kind: 'answer', body: [1] })
  expect(repeated).toEqual(['/: unreachable'])
})

test('a service that is not there is unreachable, with the cause', async () => {
  await new Promise((resolve) => server.close(resolve))
  const result = await connect().call({ path: '/' })
  expect(result).toMatchObject({ kind: 'unreachable', cause: expect.any(Error) })
})

test('an answer without a body has none', async () => {
  reactions = [(response) => void response.writeHead(204).end()]
  expect(await connect().call({ method: 'DELETE', path: '/' })).toMatchObject({ status: 204, body: undefined })
})

test('an abort ends the call with its reason', async () => {
  const abort = new AbortController()
  reactions = [() => abort.abort(new Error('closing'))]
  await expect(connect({ signal: abort.signal }).call({ path: '/' })).rejects.toThrow('closing')
  expect(requests).toHaveLength(1)
})
