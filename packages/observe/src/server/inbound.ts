/**
 * Requests to any `node:http`, `node:https` or `node:http2` server of the process. Node publishes each one right before it
 * calls the handler, so a subscriber that enters a context there sets it for the handler and all that it awaits: no patch,
 * no `--import`, no import order.
 */
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import { bindEmitter, enterContext } from '../context/context.ts'
import { InternalPart } from '../context/internal-part.ts'
import { type Arrival, HttpArrival, hasBody, isRequestStart, isStreamStart, pathOf, StreamArrival } from './arrival.ts'
import { Exchange, type Signals } from './exchange.ts'
import type { Open, WithExchange } from './open-exchange.ts'
import { OpenList } from './open-list.ts'
import { keepOutside } from './outside-requests.ts'
import { Pipelined } from './pipelined.ts'
import { type AnyRequest, type AnyResponse, type ResponseOrStream, responseStateOf } from './response-state.ts'
import { IGNORED, isUnobserved } from './unobserved.ts'

export interface InboundOptions {
  log: Logger
  signals: Signals
  ignore: (path: string) => boolean
  /** The route that a framework has left on the request of a response that has ended; never throws. */
  routeOf: (response: ResponseOrStream) => string | undefined
}

export const inboundPart = new InternalPart<Inbound>('inbound')

/** What begins the exchanges of an `Observe`; throws a TypeError for anything else. */
export function inboundOf(observe: object): Inbound {
  return inboundPart.of(observe)
}

/** Begins exchanges for one `Observe`. */
export class Inbound {
  readonly #options: InboundOptions
  readonly #slot = Symbol('exchange')
  readonly #open = new OpenList<Open>()
  readonly #pipelined = new Pipelined<Open>((open) => this.#end(open))
  /** 'finish' never fires for an aborted response; 'close' fires once for every response of Node's. */
  readonly #onClose: (this: ResponseOrStream) => void
  readonly #logged = new Set<string>()
  #subscription: ChannelSubscription | undefined

  constructor(options: InboundOptions) {
    this.#options = options
    const end = (response: ResponseOrStream) => this.#closed(this.#openOf(response))
    // One function for all responses instead of a closure for each.
    this.#onClose = function endExchange() {
      end(this)
    }
  }

  /** Observes every request to any server of the process. */
  subscribe(): void {
    const { log } = this.#options
    this.#subscription ??= subscribeToChannels(
      {
        'http.server.request.start': (message: unknown) => this.#requestStarted(message),
        'http2.server.stream.start': (message: unknown) => this.#streamStarted(message),
      },
      log,
    )
  }

  unsubscribe(): void {
    this.#subscription?.stop()
    this.#subscription = undefined
  }

  /** A new exchange for a request that is no request of Node's. The caller that begins it ends it. */
  begin(arrival: Arrival): Exchange | undefined {
    return this.isIdle || this.#isIgnored(arrival.path) ? undefined : new Exchange(this.#options.signals, arrival)
  }

  /** A request for which `ignore` throws is observed. */
  #isIgnored(path: string): boolean {
    try {
      return this.#options.ignore(path)
    } catch (error) {
      // From a subscriber of a diagnostics channel it would end the process.
      this.#logOnce(error, 'the `ignore` option threw; the request is observed')
      return false
    }
  }

  #logOnce(error: unknown, message: string): void {
    if (this.#logged.has(message)) return
    this.#logged.add(message)
    this.#options.log.error({ err: error }, message)
  }

  /** Whether all signals are off, so that an exchange would record nothing. */
  get isIdle(): boolean {
    const { signals, log } = this.#options
    return signals.traces === undefined && !signals.outcomes.areMeasured && log.levelVal === Number.POSITIVE_INFINITY
  }

  /**
   * The exchange of a request: the one that the platform began, else a new one that ends with the response.
   * `undefined` where the request is ignored.
   * @param url where the framework has cut `request.url`
   */
  join(request: AnyRequest, response: AnyResponse, url = request.url): Exchange | undefined {
    const existing = this.find(response)
    if (existing !== undefined) return existing
    const exchange = this.#beginHttp(request, response, url)
    // One that Node did not publish, of a mock or a serverless adapter, may never emit 'close'. In HTTP/2 'finish' fires for a
    // stream that was cut, too.
    if (exchange !== undefined && !('stream' in response)) response.on('finish', this.#onClose)
    return exchange
  }

  #beginHttp(request: AnyRequest, response: AnyResponse, url: string | undefined): Exchange | undefined {
    const exchange = this.begin(new HttpArrival(request, pathOf(url)))
    if (exchange === undefined) return undefined
    this.#follow(exchange, response, request.socket)
    // With AsyncContextFrame (Node 24) the parser emits 'data' and 'end' outside the handler's context. Only a request
    // with a body can meet that.
    if (hasBody(request)) bindEmitter(exchange.context, request)
    return exchange
  }

  /** The exchange that a response belongs to, where one was begun. */
  find(response: AnyResponse): Exchange | undefined {
    const open = this.#openOf(response) ?? ('stream' in response ? this.#openOf(response.stream) : undefined)
    return open?.exchange
  }

  /** The exchange that the running code belongs to, where this `Observe` began it. */
  active(): Exchange | undefined {
    const exchange = Exchange.active()
    return exchange?.reportsTo(this.#options.signals) ? exchange : undefined
  }

  /** Ends the open exchanges of a process that exits: they will not be answered. */
  endOpen(): void {
    // A response that was written completely to the system is delivered, though 'finish' had no turn to fire.
    for (const open of this.#open.all) {
      const { writableEnded, writableLength } = open.response
      this.#end(open, writableEnded && writableLength === 0)
    }
  }

  #requestStarted(message: unknown): void {
    if (!isRequestStart(message) || message.server === undefined) return
    const { request, response, server } = message
    keepOutside(server)
    const exchange = isUnobserved(server) ? undefined : this.#beginHttp(request, response, request.url)
    enterContext(exchange?.context ?? IGNORED)
  }

  #streamStarted(message: unknown): void {
    // Even ids are streams that the server pushes.
    if (!isStreamStart(message) || (message.stream.id ?? 0) % 2 === 0) return
    const { stream } = message
    keepOutside(stream.session)
    const exchange = this.begin(new StreamArrival(message))
    enterContext(exchange?.context ?? IGNORED)
    if (exchange === undefined) return
    this.#follow(exchange, stream)
    if (!stream.endAfterHeaders) bindEmitter(exchange.context, stream)
  }

  #follow(exchange: Exchange, response: ResponseOrStream, socket?: Socket): void {
    const open: Open = { exchange, response, index: 0 }
    const carrier = response as unknown as WithExchange
    carrier[this.#slot] = open
    this.#open.add(open)
    // A response of HTTP/1.1 without a socket waits for the one before it on the same connection.
    if (socket && 'socket' in response && response.socket === null) open.unfollow = this.#pipelined.follow(open, socket)
    response.on('close', this.#onClose)
  }

  #openOf(response: ResponseOrStream): Open | undefined {
    return (response as unknown as WithExchange)[this.#slot]
  }

  /** 'close' of an aborted response is emitted by its socket, outside of any request: the listeners after this one are the user's. */
  #closed(open: Open | undefined): void {
    this.#end(open)
    if (open !== undefined && !responseStateOf(open.response).complete) enterContext(open.exchange.context)
  }

  #end(open: Open | undefined, handedOver = false): void {
    if (open === undefined) return
    this.#open.remove(open)
    open.unfollow?.()
    try {
      const { exchange, response } = open
      const { status, complete } = responseStateOf(response)
      const aborted = !complete && !handedOver
      // Set where the server itself destroyed the response, such as for a stream that failed.
      if (aborted && response.errored) exchange.fail(response.errored)
      const left = exchange.isNamed ? undefined : this.#options.routeOf(response)
      if (left !== undefined) exchange.route(left)
      exchange.end(status, aborted)
    } catch (error) {
      // An uncaught exception would end the process.
      this.#logOnce(error, 'ending an exchange failed; the request itself is not affected')
    }
  }
}
