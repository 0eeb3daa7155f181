/**
 * Outgoing requests of `node:http` and `node:https`, and so of every client built on them (axios, got, AWS SDK), from
 * the channels that Node publishes.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelHandlers, type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import { type ClientCall, isRedirect, type Target, targetOf } from './calls/client-call.ts'
import type { ClientCalls } from './calls/client-calls.ts'
import { type Origin, originOf } from './calls/peer.ts'
import { addWrittenHeader } from './calls/written-headers.ts'

/** Time in milliseconds until a response that the caller does not read counts as ended with its headers. */
const UNREAD_MS = 5000

interface Message {
  request: ClientRequest & { res?: IncomingMessage | null }
  response?: IncomingMessage
  error?: Error
}

export function observeHttpClient(calls: ClientCalls, log: Logger): ChannelSubscription {
  const CALL = Symbol('@lab/observe.call')
  const callOf = (request: ClientRequest & { [CALL]?: ClientCall }): ClientCall | undefined => request[CALL]
  const handlers: ChannelHandlers<Message> = {
    'http.client.request.created': ({ request }) => {
      const call = calls.begin(targetOfRequest(request), (name, value) => {
        // One that the caller set is kept.
        if (request.headersSent) addWrittenHeader(request, name, value)
        else if (!request.hasHeader(name)) request.setHeader(name, value)
      })
      if (call === undefined) return
      // As a property: a WeakMap of calls is looked through in each garbage collection.
      Reflect.set(request, CALL, call)
      request.once('close', () => {
        // After an upgrade, or through a tunnel, no response is published: the connection is the caller's from here on.
        if (call.status !== undefined) return
        if (request.res) call.responded(request.res.statusCode ?? 0)
        call.end(request.res ? undefined : new Error('the request was closed'))
      })
    },
    'http.client.response.finish': ({ request, response }) => {
      const call = callOf(request)
      if (call === undefined || response === undefined) return
      const status = response.statusCode ?? 0
      call.responded(status, isRedirect(status) ? response.headers.location : undefined)
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
      callOf(request)?.end(request.aborted ? undefined : (error ?? new Error('request failed')))
    },
  }
  return subscribeToChannels(handlers, log)
}

/** CONNECT has the authority form. */
function targetOfRequest(request: ClientRequest): Target {
  const { method, path, protocol } = request
  return targetOf(method, method === 'CONNECT' ? `${protocol}//${path}` : path, () => originOfPeer(request))
}

/**
 * Where the request is sent. The Host header gives no more than its port, and only for that host: a service that proxies
 * passes on the header of its client.
 */
function originOfPeer(request: ClientRequest): Origin {
  const { protocol, host } = request
  const header = String(request.getHeader('host'))
  return originOf(`${protocol}//${host} ${header}`, () => {
    const peer = URL.parse(`${protocol}//${host.includes(':') ? `[${host}]` : host}`)
    const given = URL.parse(`${protocol}//${header}`)
    return (given?.hostname === peer?.hostname ? given : peer) ?? new URL(`${protocol}//unknown`)
  })
}
