/**
 * Outgoing requests of `fetch` and undici, which publish `undici:request:*` on `node:diagnostics_channel`, both the
 * copy inside Node and one installed from npm.
 */
import type { Logger } from 'pino'
import { type ChannelHandlers, type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import type { ClientCall, ClientCalls } from './calls/client-calls.ts'

/** The part of undici's request that its channels document. */
interface UndiciRequest {
  origin: string | URL
  path: string
  method: string
  /** The protocol that the connection changes to. */
  upgrade?: string | null
  /** Names and values in turn. */
  headers: (string | string[])[]
  addHeader(name: string, value: string): void
}

interface Message {
  request: UndiciRequest
  /** Its headers are names and values in turn. */
  response?: { statusCode: number; headers: Buffer[] }
  error?: Error
}

export function observeFetch(calls: ClientCalls, log: Logger): ChannelSubscription {
  const open = new WeakMap<UndiciRequest, ClientCall>()
  const handlers: ChannelHandlers<Message> = {
    'undici:request:create': ({ request }) => {
      // A path that begins with `//` is no host.
      const url = new URL(new URL(request.origin).origin + request.path)
      // No end of a WebSocket, and of a tunnel, is published: a span of it would never be sent.
      if (request.upgrade || request.method === 'CONNECT') return
      const call = calls.begin({ method: request.method, url }, (name, value) => {
        // A header that the caller set is kept: two of them would be as good as none.
        if (valueIn(request.headers, name) === undefined) request.addHeader(name, value)
      })
      if (call !== undefined) open.set(request, call)
    },
    'undici:request:headers': ({ request, response }) => {
      if (response === undefined) return
      open.get(request)?.responded(response.statusCode, valueIn(response.headers, 'location'))
    },
    'undici:request:trailers': ({ request }) => open.get(request)?.end(),
    'undici:request:error': ({ request, error }) => open.get(request)?.end(error ?? new Error('request failed')),
  }
  return subscribeToChannels(handlers, log)
}

function valueIn(headers: (string | string[] | Buffer)[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    if (String(headers[at]).toLowerCase() === name) return String(headers[at + 1])
  }
  return undefined
}
