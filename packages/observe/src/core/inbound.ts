/**
 * Requests to any `node:http` or `node:https` server of the process. Node publishes `http.server.request.start` right
 * before it calls the request handler, so a subscriber that enters a context there sets it for the handler and all that
 * it awaits: no patch, no `--import`, no import order.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Logger } from 'pino'
import { type Listening, listen } from './channels.ts'
import { bindEmitter, enterContext } from './context.ts'
import { type Arrival, Exchange, type Signals } from './exchange.ts'
import { internalsOf } from './internals.ts'

/** Where a response keeps its exchange. A symbol for each instance, since several may watch one request. */
type Carrying = { [slot: symbol]: Exchange | undefined }

export interface InboundOptions {
  log: Logger
  signals: Signals
  ignore: (path: string) => boolean
}

/** What begins the exchanges of an `Observe`; throws a TypeError for anything else. */
export function inboundOf(observe: object): Inbound {
  return internalsOf(observe).inbound
}

/** Begins exchanges for one `Observe`. */
export class Inbound {
  readonly #options: InboundOptions
  readonly #slot = Symbol('exchange')
  /** 'finish' never comes for an aborted response; 'close' comes once for every response. */
  readonly #onClose: (this: ServerResponse) => void
  #listening: Listening | undefined

  constructor(options: InboundOptions) {
    this.#options = options
    const slot = this.#slot
    const { log } = options
    let failed = false
    // One function for all responses rather than a closure for each.
    this.#onClose = function endExchange() {
      try {
        const exchange = (this as unknown as Carrying)[slot]
        // A response of HTTP/2 says that it has finished also when it was never ended.
        const complete = this.writableEnded && this.writableFinished
        exchange?.end(this.headersSent ? this.statusCode : undefined, !complete)
      } catch (error) {
        // Thrown on, it would end the process.
        if (!failed) log.error({ err: error }, 'ending an exchange failed; the request itself is not affected')
        failed = true
      }
    }
  }

  /** From now on every request to any server of the process is observed. */
  subscribe(): void {
    const { log } = this.#options
    const listener = (message: unknown): void => this.#started(message)
    this.#listening ??= listen({ 'http.server.request.start': listener }, log)
  }

  unsubscribe(): void {
    this.#listening?.stop()
    this.#listening = undefined
  }

  /** A new exchange for a request that is no `IncomingMessage`; whoever begins it ends it. */
  begin(arrival: Arrival): Exchange | undefined {
    return this.#options.ignore(arrival.path) ? undefined : new Exchange(this.#options.signals, arrival)
  }

  /**
   * The exchange of a request: the one that the platform began, else a new one that ends with the response.
   * `undefined` where the request is ignored.
   * @param url where the framework has cut `request.url`
   */
  join(request: IncomingMessage, response: ServerResponse, url = request.url): Exchange | undefined {
    const begun = this.find(response)
    if (begun !== undefined) return begun
    const path = pathOf(url)
    const exchange = this.begin(new HttpArrival(request, path))
    if (exchange === undefined) return undefined
    const carrying = response as unknown as Carrying
    carrying[this.#slot] = exchange
    // With AsyncContextFrame (Node 24) the parser emits 'data' and 'end' outside the handler's context. Only a request
    // with a body can meet that.
    if (hasBody(request)) bindEmitter(exchange.context, request)
    response.on('close', this.#onClose)
    return exchange
  }

  /** The exchange that a response belongs to, where one was begun. */
  find(response: ServerResponse): Exchange | undefined {
    return (response as unknown as Carrying)[this.#slot]
  }

  /** The exchange that the running code belongs to, where this `Observe` began it. */
  active(): Exchange | undefined {
    const exchange = Exchange.active()
    return exchange?.reportsTo(this.#options.signals) ? exchange : undefined
  }

  #started(message: unknown): void {
    if (!isStart(message) || message.server === undefined || unobserved.has(message.server)) return
    const exchange = this.join(message.request, message.response)
    if (exchange !== undefined) enterContext(exchange.context)
  }
}

/** Servers of the library itself, which it does not observe. */
const unobserved = new WeakSet<object>()

export function leaveUnobserved(server: object): void {
  unobserved.add(server)
}

function isStart(message: unknown): message is { request: IncomingMessage; response: ServerResponse; server: object } {
  return typeof message === 'object' && message !== null && 'request' in message && 'response' in message
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** A request as it arrived at a `node:http` server. */
class HttpArrival implements Arrival {
  readonly path: string
  readonly scheme: 'http' | 'https'
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage, path: string) {
    this.#request = request
    this.path = path
    this.scheme = (request.socket as TLSSocket | null)?.encrypted === true ? 'https' : 'http'
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
    const value = this.#request.headers[name]
    return Array.isArray(value) ? value.join(',') : value
  }
}

/** The path without query string: a query may hold what nobody may keep. */
export function pathOf(url: string | undefined): string {
  if (url === undefined || url === '') return '/'
  const end = url.search(/[?#]/)
  const target = end === -1 ? url : url.slice(0, end)
  // The absolute form, as proxies send it (RFC 9112, 3.2.2).
  if (target.startsWith('/') || !target.includes('://')) return target
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/'
}
