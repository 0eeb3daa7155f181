/**
 * OTLP over gRPC: the same exports as over HTTP, by the protocol that SDKs of Go, Java and .NET begin with. The port takes OTLP over
 * HTTP as well, since senders mix the two ports up: the first bytes of a connection say what it speaks.
 */

import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import {
  Server as GrpcServer,
  type handleUnaryCall,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js'
import { type Guard, hasToken } from '../http/guard.ts'
import type { Signal } from '../otlp/decode.ts'
import type { Ingest } from '../store/writer/ingest.ts'
import type { Outcome } from '../store/writer/writer.ts'
import { isTls, TLS_REFUSED } from './protocols.ts'
import { storedMessage } from './reply.ts'

/** Bytes of one message, packed and unpacked: what servers of gRPC take by default, so no sender sends more. */
const MOST_BYTES = 4_194_304
/** Calls of one connection at once, and connections at once: together they bound what is held in memory. */
const MOST_CALLS = 8
const MOST_CONNECTIONS = 64
/** Milliseconds within which a connection has to say what it speaks. */
const FIRST_BYTE_MS = 5000
const GRACE_MS = 1000

export interface GrpcOptions {
  guard: Guard
  ingest: Ingest
  /** Called for every export that was not stored, or only in part. */
  onRefused: (reason: string, count: number) => void
}

export interface GrpcReceiver {
  server: NetServer
  close: () => Promise<void>
}

const services: Record<Signal, string> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
}

/** `http` takes the connections that speak HTTP/1.1. */
export function createGrpcReceiver(options: GrpcOptions, http: HttpServer): GrpcReceiver {
  const grpc = new GrpcServer({
    'grpc.max_receive_message_length': MOST_BYTES,
    'grpc.max_concurrent_streams': MOST_CALLS,
  })
  for (const signal of ['traces', 'logs', 'metrics'] as const)
    grpc.addService(definitionOf(signal), { export: exportHandler(options, signal) })
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure())
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    route(socket).catch(() => socket.destroy())
  })
  server.maxConnections = MOST_CONNECTIONS
  const route = async (socket: Socket) => {
    const first = await firstBytes(socket)
    if (isTls(first)) {
      options.onRefused(TLS_REFUSED, 1)
      socket.destroy()
      return
    }
    // Put back, so that the server that takes the connection reads it from its beginning.
    socket.unshift(first)
    if (first.toString('latin1', 0, 3) === 'PRI') injector.injectConnection(socket)
    else http.emit('connection', socket)
  }
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    injector.drain(GRACE_MS)
    grpc.forceShutdown()
    http.closeIdleConnections()
    const late = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, GRACE_MS)
    await closed
    clearTimeout(late)
  }
  return { server, close }
}

/** Rejects where none come in time. */
async function firstBytes(socket: Socket): Promise<Buffer> {
  const signal = AbortSignal.timeout(FIRST_BYTE_MS)
  await once(socket, 'readable', { signal })
  const chunk: unknown = socket.read()
  return Buffer.isBuffer(chunk) ? chunk : Buffer.alloc(0)
}

function definitionOf(signal: Signal): ServiceDefinition {
  const bytes = (message: Buffer) => message
  return {
    export: {
      path: `/${services[signal]}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    },
  }
}

function exportHandler({ guard, ingest, onRefused }: GrpcOptions, signal: Signal): handleUnaryCall<Buffer, Buffer> {
  return async function exportOverGrpc({ request, metadata }, answer) {
    if (!hasToken(guard, String(metadata.get('authorization')[0] ?? ''))) {
      const details =
        'A token is needed: OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer TOKEN", as the console prints it.'
      onRefused(details, 1)
      return answer({ code: status.UNAUTHENTICATED, details })
    }
    // A copy of its own, so that it can be moved to the writer's thread.
    const outcome = await ingest.store(signal, 'protobuf', new Uint8Array(request))
    if (outcome.kind !== 'stored') {
      onRefused(outcome.reason, 1)
      return answer({ code: codes[outcome.kind], details: outcome.reason })
    }
    const { rejected, reason } = outcome
    if (reason !== '') onRefused(reason, rejected)
    answer(null, Buffer.from(storedMessage(signal, rejected, reason)))
  }
}

const codes: Record<Exclude<Outcome['kind'], 'stored'>, number> = {
  malformed: status.INVALID_ARGUMENT,
  'too large': status.INVALID_ARGUMENT,
  // Senders try again later.
  unavailable: status.UNAVAILABLE,
}
