/**
 * Outgoing requests of `node:http` and `node:https`, and so of every client built on them (axios, got, AWS SDK), from
 * the channels that Node publishes.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelHandlers, type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import type { ClientCall, ClientCalls } from './calls/client-calls.ts'

interface Message {
  request: ClientRequest & { res?: IncomingMessage | null }
  response?: IncomingMessage
  error?: Error
}

export function observeHttpClient(calls: ClientCalls, log: Logger): ChannelSubscription {
  const open = new WeakMap<ClientRequest, ClientCall>()
  const handlers: ChannelHandlers<Message> = {
    'http.client.request.created': ({ request }) => {
      const call = calls.begin({ method: request.method, url: urlOf(request) }, (name, value) => {
        // Headers given as an array are on the wire already when the request is published; one that the caller set is kept.
        if (!request.headersSent && !request.hasHeader(name)) request.setHeader(name, value)
      })
      if (call === undefined) return
      open.set(request, call)
      request.once('close', () => {
        // After an upgrade, or through a tunnel, no response is published: the connection is the caller's from here on.
        if (!open.has(request)) return
        if (request.res) call.responded(request.res.statusCode ?? 0)
        call.end(request.res ? undefined : new Error('the request was closed'))
      })
    },
    'http.client.response.finish': ({ request, response }) => {
      const call = open.get(request)
      if (call === undefined || response === undefined) return
      open.delete(request)
      call.responded(response.statusCode ?? 0, response.headers.location)
      response.once('close', () => {
        call.end(response.complete ? undefined : (response.errored ?? new Error('the response was cut off')))
      })
    },
    'http.client.request.error': ({ request, error }) => open.get(request)?.end(error ?? new Error('request failed')),
  }
  return subscribeToChannels(handlers, log)
}

/**
 * The origin is where the request is sent. The Host header gives no more than its port, and only for that host: a service that
 * proxies passes on the header of its client. A request to a forward proxy names its origin in the path.
 */
function urlOf(request: ClientRequest): URL {
  const { protocol, path, method } = request
  const peer = `${protocol}//${request.host.includes(':') ? `[${request.host}]` : request.host}`
  const given = URL.parse(`${protocol}//${String(request.getHeader('host'))}`)
  const origin = given?.hostname === URL.parse(peer)?.hostname ? given : URL.parse(peer)
  // The authority form (RFC 9112, 3.2.3) and the absolute form (3.2.2).
  const target = method === 'CONNECT' ? URL.parse(`${protocol}//${path}`) : ABSOLUTE.test(path) && URL.parse(path)
  return target || URL.parse(`${origin?.origin}${path}`) || origin || new URL(`${protocol}//unknown`)
}

const ABSOLUTE = /^https?:\/\//i
