/**
 * Outgoing requests of `fetch` and undici, which publish `undici:request:*` on `node:diagnostics_channel`, both the
 * copy inside Node and one installed from npm.
 */
import type { Logger } from 'pino'
import { type ChannelHandlers, type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import { type ClientCall, isRedirect, targetOf } from './calls/client-call.ts'
import type { ClientCalls } from './calls/client-calls.ts'
import { originOf } from './calls/peer.ts'

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
  const CALL = Symbol('@lab/observe.call')
  const callOf = (request: UndiciRequest & { [CALL]?: ClientCall }): ClientCall | undefined => request[CALL]
  const handlers: ChannelHandlers<Message> = {
    'undici:request:create': ({ request }) => {
      // No end of a WebSocket, and of a tunnel, is published: a span of it would never be sent.
      if (request.upgrade || request.method === 'CONNECT') return
      // A path that begins with `//` is no host.
      const target = targetOf(request.method, request.path, () => originOf(String(request.origin)))
      const call = calls.begin(target, (name, value) => {
        // A header that the caller set is kept: two of them would be as good as none.
        if (valueIn(request.headers, name) === undefined) request.addHeader(name, value)
      })
      // As a property: a WeakMap of calls is looked through in each garbage collection.
      if (call !== undefined) Reflect.set(request, CALL, call)
    },
    'undici:request:headers': ({ request, response }) => {
      if (response === undefined) return
      const { statusCode, headers } = response
      callOf(request)?.responded(statusCode, isRedirect(statusCode) ? valueIn(headers, 'location') : undefined)
    },
    'undici:request:trailers': ({ request }) => callOf(request)?.end(),
    'undici:request:error': ({ request, error }) => callOf(request)?.end(error ?? new Error('request failed')),
  }
  return subscribeToChannels(handlers, log)
}

function valueIn(headers: (string | string[] | Buffer)[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    const given = headers[at]
    // The length is the same in any case, and tells most names apart.
    if (given?.length === name.length && String(given).toLowerCase() === name) return String(headers[at + 1])
  }
  return undefined
}
