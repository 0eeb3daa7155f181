/**
 * A request as it arrived at one of Node's servers: what is known of it before anything handles it.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Http2ServerRequest, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { type Context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import { withoutQuery } from '../conventions/url-path.ts'

/** What is known of a request when it arrives. */
export interface Arrival {
  method: string
  /** Path without query string. */
  path: string
  scheme: 'http' | 'https'
  /** `1.1`, `2` */
  protocolVersion: string | undefined
  header(name: string): string | undefined
}

/** What Node publishes of a stream of HTTP/2. */
export interface StreamStart {
  stream: ServerHttp2Stream
  headers: IncomingHttpHeaders
}

/** A request of `node:http`, or of `node:http2` in the same form. */
export class HttpArrival implements Arrival {
  readonly path: string
  readonly scheme: Arrival['scheme']
  readonly #request: IncomingMessage | Http2ServerRequest

  constructor(request: IncomingMessage | Http2ServerRequest, path: string) {
    this.#request = request
    this.path = path
    this.scheme = schemeOf(request.socket)
  }

  get method(): string {
    return this.#request.method ?? ''
  }

  get protocolVersion(): string {
    const { httpVersion } = this.#request
    // HTTP/2 has no minor version, though Node says so.
    return httpVersion === '2.0' ? '2' : httpVersion
  }

  header(name: string): string | undefined {
    return joined(this.#request.headers[name])
  }
}

/** A stream of `node:http2`, whichever of its two APIs the server uses. */
export class StreamArrival implements Arrival {
  readonly path: string
  readonly scheme: Arrival['scheme']
  readonly protocolVersion = '2'
  readonly #headers: IncomingHttpHeaders

  constructor({ stream, headers }: StreamStart) {
    this.#headers = headers
    this.path = pathOf(headers[':path'])
    // The header `:scheme` is whatever the client wrote.
    this.scheme = schemeOf(stream.session?.socket)
  }

  get method(): string {
    return this.#headers[':method'] ?? ''
  }

  header(name: string): string | undefined {
    return joined(this.#headers[name])
  }
}

/** The root context with the baggage of the caller. */
export function baggageContext(arrival: Arrival): Context {
  return propagation.extract(ROOT_CONTEXT, arrival, { get: (from, key) => from.header(key), keys: () => ['baggage'] })
}

export function hasBody(request: IncomingMessage | Http2ServerRequest): boolean {
  // A body of HTTP/2 needs no header of its own.
  if ('stream' in request) return !request.stream.endAfterHeaders
  const { headers } = request
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** The path without query string. */
export function pathOf(url: string | undefined): string {
  if (url === undefined || url === '') return '/'
  const target = withoutQuery(url)
  // The absolute form, as proxies send it (RFC 9112, 3.2.2).
  if (target.startsWith('/') || !target.includes('://')) return target
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/'
}

/** Sockets of TLS have a property for it. */
function schemeOf(socket: Socket | null | undefined): Arrival['scheme'] {
  return socket && 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http'
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value
}

export function isRequestStart(
  message: unknown,
): message is { request: IncomingMessage; response: ServerResponse; server: Server } {
  return typeof message === 'object' && message !== null && 'request' in message && 'response' in message
}

export function isStreamStart(message: unknown): message is StreamStart {
  return typeof message === 'object' && message !== null && 'stream' in message && 'headers' in message
}
