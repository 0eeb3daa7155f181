/**
 * Requests to any `node:http`, `node:https` or `node:http2` server of the process. Node publishes each one right before it
 * calls the handler, so a subscriber that enters a context there sets it for the handler and all that it awaits: no patch,
 * no `--import`, no import order.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type Listening, listen } from '../context/channels.ts'
import { bindEmitter, enterContext } from '../context/context.ts'
import { InternalPart } from '../context/internal-part.ts'
import { type Answered, type AnyRequest, type AnyResponse, stateOf } from './answered.ts'
import { type Arrival, HttpArrival, hasBody, pathOf, StreamArrival, type StreamStart } from './arrival.ts'
import { Exchange, type Signals } from './exchange.ts'
import { OpenList, type Placed } from './open-list.ts'

/** An exchange under way, and what it ends with. */
interface Open extends Placed {
  readonly exchange: Exchange
  readonly answered: Answered
}

/** Where a response keeps its exchange. A symbol for each instance, since several may watch one request. */
type Carrying = { [slot: symbol]: Open | undefined }

export interface InboundOptions {
  log: Logger
  signals: Signals
  ignore: (path: string) => boolean
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
  /** What has not been answered yet. */
  readonly #open = new OpenList<Open>()
  /** 'finish' never comes for an aborted response; 'close' comes once for every response. */
  readonly #onClose: (this: Answered) => void
  #failed = false
  #listening: Listening | undefined

  constructor(options: InboundOptions) {
    this.#options = options
    const end = (answered: Answered) => this.#end(this.#carriedBy(answered))
    // One function for all responses rather than a closure for each.
    this.#onClose = function endExchange() {
      end(this)
    }
  }

  /** From now on every request to any server of the process is observed. */
  subscribe(): void {
    const { log } = this.#options
    this.#listening ??= listen(
      {
        'http.server.request.start': (message: unknown) => this.#requestStarted(message),
        'http2.server.stream.start': (message: unknown) => this.#streamStarted(message),
      },
      log,
    )
  }

  unsubscribe(): void {
    this.#listening?.stop()
    this.#listening = undefined
  }

  /** A new exchange for a request that is no request of Node's. The caller that begins it ends it. */
  begin(arrival: Arrival): Exchange | undefined {
    return this.isIdle || this.#options.ignore(arrival.path) ? undefined : new Exchange(this.#options.signals, arrival)
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
    const begun = this.find(response)
    if (begun !== undefined) return begun
    const exchange = this.begin(new HttpArrival(request, pathOf(url)))
    if (exchange === undefined) return undefined
    this.#follow(exchange, response)
    // With AsyncContextFrame (Node 24) the parser emits 'data' and 'end' outside the handler's context. Only a request
    // with a body can meet that.
    if (hasBody(request)) bindEmitter(exchange.context, request)
    return exchange
  }

  /** The exchange that a response belongs to, where one was begun. */
  find(response: AnyResponse): Exchange | undefined {
    const open = this.#carriedBy(response) ?? ('stream' in response ? this.#carriedBy(response.stream) : undefined)
    return open?.exchange
  }

  /** The exchange that the running code belongs to, where this `Observe` began it. */
  active(): Exchange | undefined {
    const exchange = Exchange.active()
    return exchange?.reportsTo(this.#options.signals) ? exchange : undefined
  }

  /** Ends what is still open, for a process that leaves: what was not answered now never will be. */
  endOpen(): void {
    // A response that was handed to the system whole is on its way, though 'finish' had no turn to say so.
    for (const open of this.#open.all) {
      const { writableEnded, writableLength } = open.answered
      this.#end(open, writableEnded && writableLength === 0)
    }
  }

  #requestStarted(message: unknown): void {
    if (!isRequestStart(message) || message.server === undefined || unobserved.has(message.server)) return
    const exchange = this.join(message.request, message.response)
    if (exchange !== undefined) enterContext(exchange.context)
  }

  #streamStarted(message: unknown): void {
    // Those with an even id are the server's own, pushed ones.
    if (!isStreamStart(message) || (message.stream.id ?? 0) % 2 === 0) return
    const { stream } = message
    const exchange = this.begin(new StreamArrival(message))
    if (exchange === undefined) return
    this.#follow(exchange, stream)
    if (!stream.endAfterHeaders) bindEmitter(exchange.context, stream)
    enterContext(exchange.context)
  }

  #follow(exchange: Exchange, answered: Answered): void {
    const open: Open = { exchange, answered, place: 0 }
    const carrying = answered as unknown as Carrying
    carrying[this.#slot] = open
    this.#open.add(open)
    answered.on('close', this.#onClose)
  }

  #carriedBy(answered: Answered): Open | undefined {
    return (answered as unknown as Carrying)[this.#slot]
  }

  #end(open: Open | undefined, handedOver = false): void {
    if (open === undefined) return
    this.#open.remove(open)
    try {
      const { exchange, answered } = open
      const { status, complete } = stateOf(answered)
      exchange.end(status, !complete && !handedOver)
    } catch (error) {
      // Thrown on, it would end the process.
      const { log } = this.#options
      if (!this.#failed) log.error({ err: error }, 'ending an exchange failed; the request itself is not affected')
      this.#failed = true
    }
  }
}

/** Servers of the library itself, which it does not observe. */
const unobserved = new WeakSet<object>()

export function leaveUnobserved(server: object): void {
  unobserved.add(server)
}

function isRequestStart(
  message: unknown,
): message is { request: IncomingMessage; response: ServerResponse; server: object } {
  return typeof message === 'object' && message !== null && 'request' in message && 'response' in message
}

function isStreamStart(message: unknown): message is StreamStart {
  return typeof message === 'object' && message !== null && 'stream' in message && 'headers' in message
}
