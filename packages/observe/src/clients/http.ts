/**
 * Outgoing requests of `node:http` and `node:https`, and so of every client built on them (axios, got, AWS SDK), from
 * the channels that Node publishes.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelHandlers, type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import type { ClientCall, ClientCalls } from './calls/client-calls.ts'
import { addWrittenHeader } from './calls/written-headers.ts'

/** Time in milliseconds until a response that the caller does not read counts as ended with its headers. */
const UNREAD_MS = 5000

interface Message {
  request: ClientRequest & { res?: IncomingMessage | null }
  response?: IncomingMessage
  error?: Error
}

export function observeHttpClient(calls: ClientCalls, log: Logger): ChannelSubscription {
  const open = new WeakMap<ClientRequest, ClientCall>()
  const answered = new WeakSet<ClientRequest>()
  const handlers: ChannelHandlers<Message> = {
    'http.client.request.created': ({ request }) => {
      const call = calls.begin({ method: request.method, url: urlOf(request) }, (name, value) => {
        // One that the caller set is kept.
        if (request.headersSent) addWrittenHeader(request, name, value)
        else if (!request.hasHeader(name)) request.setHeader(name, value)
      })
      if (call === undefined) return
      open.set(request, call)
      request.once('close', () => {
        // After an upgrade, or through a tunnel, no response is published: the connection is the caller's from here on.
        if (answered.has(request)) return
        if (request.res) call.responded(request.res.statusCode ?? 0)
        call.end(request.res ? undefined : new Error('the request was closed'))
      })
    },
    'http.client.response.finish': ({ request, response }) => {
      const call = open.get(request)
      if (call === undefined || response === undefined) return
      answered.add(request)
      call.responded(response.statusCode ?? 0, response.headers.location)
      const unread = setTimeout(() => {
        if (response.readableFlowing === null && !response.readableDidRead) call.endUnread()
      }, UNREAD_MS).unref()
      response.once('close', () => {
        clearTimeout(unread)
        // Without an error it was the caller that destroyed it.
        call.end(response.complete || request.aborted ? undefined : (response.errored ?? undefined))
      })
    },
    'http.client.request.error': ({ request, error }) => {
      open.get(request)?.end(request.aborted ? undefined : (error ?? new Error('request failed')))
    },
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
