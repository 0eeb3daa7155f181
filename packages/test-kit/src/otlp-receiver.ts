/**
 * A real OTLP/HTTP endpoint for tests: takes what an exporter sends, decodes it and keeps it.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { decodeLogs, decodeMetrics, decodeTraces, type Plain } from './otlp-decode.ts'
import { reply } from './otlp-schema.ts'
import { closed, listening, portOf } from './server.ts'

/** How the receiver answers; `undefined` takes the request. */
export type Answer =
  | { status: number; headers?: Record<string, string>; rejected?: number; reason?: string; body?: string }
  | undefined

export interface Receiver {
  url: string
  port: number
  readonly spans: Plain[]
  readonly logs: Plain[]
  readonly metrics: Plain[]
  /** Requests that arrived, taken or not. */
  requests: number
  /** Their content encodings. */
  encodings: (string | undefined)[]
  /** Their sizes in bytes, unpacked. */
  sizes: number[]
  userAgents: (string | undefined)[]
  /** Larger requests are answered with 413. */
  maxBytes: number
  answer: Answer
  close(): Promise<void>
}

/** Requests of one signal; they are decoded when a test looks, so that decoding never delays the sender. */
class Inbox {
  readonly #decode: (body: Uint8Array) => Plain[]
  readonly #records: Plain[] = []
  readonly #bodies: Buffer[] = []

  constructor(decode: (body: Uint8Array) => Plain[]) {
    this.#decode = decode
  }

  add(body: Buffer): void {
    this.#bodies.push(body)
  }

  get records(): Plain[] {
    for (const body of this.#bodies.splice(0)) for (const record of this.#decode(body)) this.#records.push(record)
    return this.#records
  }
}

/** A URL that has no listener: systems do not give out port 1. */
export const NO_LISTENER_URL = 'http://127.0.0.1:1'

/** Starts a receiver on any free port. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => void take(request, response))
  const inboxes = {
    traces: new Inbox(decodeTraces),
    logs: new Inbox(decodeLogs),
    metrics: new Inbox(decodeMetrics),
  }
  const receiver: Receiver = {
    url: '',
    port: 0,
    get spans() {
      return inboxes.traces.records
    },
    get logs() {
      return inboxes.logs.records
    },
    get metrics() {
      return inboxes.metrics.records
    },
    requests: 0,
    encodings: [],
    sizes: [],
    userAgents: [],
    maxBytes: Number.POSITIVE_INFINITY,
    answer: undefined,
    close: () => closed(server),
  }
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const encoding = request.headers['content-encoding']
    const sent = Buffer.concat(chunks)
    const body = encoding === 'gzip' ? gunzipSync(sent) : sent
    receiver.requests += 1
    receiver.encodings.push(encoding)
    receiver.sizes.push(body.length)
    receiver.userAgents.push(request.headers['user-agent'])
    if (body.length > receiver.maxBytes) return void response.writeHead(413).end()
    const { status = 200, headers = {}, rejected = 0, reason = '', body: said } = receiver.answer ?? {}
    if (status === 200 && rejected === 0) {
      if (request.url === '/v1/traces') inboxes.traces.add(body)
      else if (request.url === '/v1/metrics') inboxes.metrics.add(body)
      else inboxes.logs.add(body)
    }
    const partial = rejected > 0 ? { partialSuccess: { rejected, errorMessage: reason } } : {}
    response.writeHead(status, headers).end(said ?? reply.encode(reply.fromObject(partial)).finish())
  }
  receiver.url = await listening(server)
  receiver.port = portOf(server)
  return receiver
}
