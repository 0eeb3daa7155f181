/**
 * OTLP over HTTP: `POST /v1/traces`, `/v1/logs` and `/v1/metrics`, protobuf or JSON; Zipkin's JSON at `/api/v2/spans`. An export is acknowledged when it is
 * stored; what cannot be stored now is answered 503 with Retry-After, which exporters obey.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Guard, isAllowed, refuse } from '../http/guard.ts'
import type { Encoding, Signal } from '../otlp/decode.ts'
import type { Ingest } from '../store/writer/ingest.ts'
import { bodyOf, Refused } from './body.ts'
import { GRPC_REFUSED, isGrpc, isTls, TLS_REFUSED } from './protocols.ts'
import { replyFailed, replyStored } from './reply.ts'

/** Where senders of Zipkin send. */
const ZIPKIN = '/api/v2/spans'

const paths = new Map<string, Signal>([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
  [ZIPKIN, 'traces'],
])

const RETRY_AFTER_SECONDS = '5'

export interface ReceiverOptions {
  guard: Guard
  ingest: Ingest
  /** Called for every export that was not stored, or only in part. */
  onRefused: (reason: string, count: number) => void
}

export function createReceiver(options: ReceiverOptions): Server {
  const server = createServer({ connectionsCheckingInterval: 5000 }, (request, response) => {
    receive(options, request, response).catch((error: unknown) => {
      // The sender closed the connection in the middle of its request: no answer can reach it.
      if (request.destroyed || response.destroyed) return
      fail(options, request, response, 400, error instanceof Error ? error.message : String(error))
    })
  })
  server.on('clientError', (error: Error & { rawPacket?: unknown }, socket) => refuseProtocol(options, error, socket))
  server.requestTimeout = 30_000
  // Metrics are sent once a minute by default: a connection that is closed earlier is one that a sender trips over.
  server.keepAliveTimeout = 75_000
  return server
}

async function receive(options: ReceiverOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff')
  const { guard } = options
  const { origin } = request.headers
  // A preflight never has the token: it is answered wherever one could be sent, and stores nothing.
  if (origin !== undefined && (guard.token !== null || isAllowed(origin, guard))) allow(request, response, origin)
  if (isPreflight(request) && response.hasHeader('access-control-allow-origin'))
    return void response.writeHead(204).end()
  const refusal = refuse(guard, request.headers, { reads: false })
  if (refusal) return fail(options, request, response, refusal.status, refusal.reason)
  const path = (request.url ?? '').split('?')[0] ?? ''
  const signal = paths.get(path)
  if (!signal)
    return fail(
      options,
      request,
      response,
      404,
      'OTLP is taken at /v1/traces, /v1/logs and /v1/metrics, Zipkin at /api/v2/spans.',
    )
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    return fail(options, request, response, 405, `${request.method} is not how OTLP is sent. Use POST.`)
  }
  const encoding = path === ZIPKIN ? 'zipkin' : encodingOf(request)
  if (!encoding) {
    const given = JSON.stringify(request.headers['content-type'] ?? '')
    return fail(
      options,
      request,
      response,
      415,
      `Content-Type ${given} is not taken. Send application/x-protobuf or application/json.`,
    )
  }
  await store(options, request, response, signal, encoding)
}

async function store(
  options: ReceiverOptions,
  request: IncomingMessage,
  response: ServerResponse,
  signal: Signal,
  encoding: Encoding,
): Promise<void> {
  const { ingest } = options
  let body: Uint8Array<ArrayBuffer> | undefined
  try {
    body = await ingest.whileReading((take) => bodyOf(request, take))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return fail(options, request, response, error.status, error.message)
  }
  const outcome = body ? await ingest.store(signal, encoding, body) : ingest.noRoom
  if (outcome.kind === 'malformed') return fail(options, request, response, 400, outcome.reason)
  if (outcome.kind === 'too large') return fail(options, request, response, 413, outcome.reason)
  if (outcome.kind === 'unavailable') {
    response.setHeader('retry-after', RETRY_AFTER_SECONDS)
    return fail(options, request, response, 503, outcome.reason)
  }
  if (outcome.reason !== '') options.onRefused(outcome.reason, outcome.rejected)
  replyStored(response, signal, encoding, outcome.rejected, outcome.reason)
}

function fail(
  options: ReceiverOptions,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  reason: string,
): void {
  options.onRefused(reason, 1)
  // The unread rest of the body cannot be distinguished from the next request.
  if (!request.complete) response.setHeader('connection', 'close')
  replyFailed(response, status, encodingOf(request) ?? 'json', reason)
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-protobuf') return 'protobuf'
  return type === 'application/json' ? 'json' : undefined
}

function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
}

/** Browser SDKs send their own headers, and `sendBeacon` sends credentials, for which no answer may be a wildcard. */
function allow(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const { 'access-control-request-headers': headers = 'authorization, content-type, content-encoding' } =
    request.headers
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('access-control-allow-methods', 'POST')
  response.setHeader('access-control-allow-headers', headers)
  response.setHeader('access-control-allow-private-network', 'true')
  response.setHeader('access-control-expose-headers', 'retry-after')
  response.setHeader('access-control-max-age', '600')
  response.setHeader('vary', 'origin, access-control-request-headers')
}

/** Senders of another protocol: they get an answer that they may log, and the page says how to send. */
function refuseProtocol({ onRefused }: ReceiverOptions, error: Error & { rawPacket?: unknown }, socket: Duplex): void {
  const sent = Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.alloc(0)
  const reason = protocolOf(sent)
  if (reason) onRefused(reason, 1)
  const body = reason ?? 'The request is not HTTP/1.1.'
  if (socket.writable) {
    const length = Buffer.byteLength(body)
    socket.end(
      `HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${body}`,
    )
  }
}

function protocolOf(sent: Buffer): string | undefined {
  if (isGrpc(sent)) return GRPC_REFUSED
  return isTls(sent) ? TLS_REFUSED : undefined
}
