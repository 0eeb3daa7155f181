/**
 * OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): one request, and what its answer means. The only
 * file that talks to a backend while the event loop runs.
 */
import type http from 'node:http'
import type https from 'node:https'
import type { Endpoint } from '../settings/otlp-settings.ts'
import { type ExportAnswer, type ExportResult, MAX_ANSWER_BYTES, resultOf } from './export-answer.ts'

export const USER_AGENT = 'lab-observe (OTLP exporter; Node.js)'

/** Posts an encoded export request. Never rejects. */
export async function post(endpoint: Endpoint, message: Buffer): Promise<ExportResult> {
  try {
    const body = endpoint.gzip ? await compress(message) : message
    return resultOf(endpoint, await send(endpoint, body))
  } catch (error) {
    const cause = causeOf(error)
    return { kind: 'retry', reason: cause.message, afterMs: undefined, error: cause }
  }
}

function send(endpoint: Endpoint, body: Buffer): Promise<ExportAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(endpoint.url)
    const secure = url.protocol === 'https:'
    const request = clientFor(secure).request(url, {
      method: 'POST',
      agent: agentFor(endpoint, secure),
      ...endpoint.tls,
      headers: {
        'user-agent': USER_AGENT,
        ...endpoint.headers,
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
        ...(endpoint.gzip ? { 'content-encoding': 'gzip' } : {}),
      },
    })
    const timer = timeout(endpoint, request)
    // A backend that hangs keeps no process alive; a caller that waits for the answer holds the event loop with a deadline.
    request.on('socket', (socket) => socket.unref())
    request.on('error', reject)
    request.on('close', () => {
      clearTimeout(timer)
      // Where a time-out cuts the answer short, no other event tells.
      reject(new Error('the connection closed before the answer was complete'))
    })
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        if (bytes < MAX_ANSWER_BYTES) chunks.push(chunk)
        bytes += chunk.length
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    request.end(body)
  })
}

/** Bounds the whole exchange; the `timeout` option of a request restarts with each byte. */
function timeout({ timeoutMs }: Endpoint, request: http.ClientRequest): NodeJS.Timeout | undefined {
  if (!Number.isFinite(timeoutMs)) return undefined
  const late = Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })
  return setTimeout(() => request.destroy(late), timeoutMs).unref()
}

const agents = new Map<string, http.Agent>()

/** One agent for each protocol and proxy, so that all signals share connections. */
function agentFor({ proxyEnv }: Endpoint, secure: boolean): http.Agent {
  const key = `${secure} ${JSON.stringify(proxyEnv)}`
  let agent = agents.get(key)
  if (agent === undefined) {
    const options = { keepAlive: true, maxSockets: 2, ...(proxyEnv && { proxyEnv }) }
    agent = new (clientFor(secure).Agent)(options)
    agents.set(key, agent)
  }
  return agent
}

/**
 * Loaded with the first batch. An `import` of node:http would read all its exports, `WebSocket` among them, for which Node
 * loads undici: a seventh of the CPU time of importing the library.
 */
function clientFor(secure: boolean): typeof http | typeof https {
  return secure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
}

function compress(message: Buffer): Promise<Buffer> {
  const { gzip } = process.getBuiltinModule('node:zlib')
  return new Promise((resolve, reject) => {
    gzip(message, (error, zipped) => (error ? reject(error) : resolve(zipped)))
  })
}

function causeOf(error: unknown): NodeJS.ErrnoException {
  // A connection refused on both IPv4 and IPv6 arrives as an AggregateError without a message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first : new Error(String(first))
}
