/**
 * What Express publishes about a request: the route it matched and the errors that reach an error handler. The route is taken at
 * the moment it is matched, since a nested throw takes `req.baseUrl` away.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import type { Inbound } from '../inbound.ts'
import { type App, type Layer, type Route, stackOf, templateOf } from './express-template.ts'

const SUBSCRIBERS = Symbol.for('@lab/observe.express.subscribers')
const MATCHED = Symbol.for('@lab/observe.express.route')

/** A request as Express has extended it. */
export interface ExpressRequest extends IncomingMessage {
  /** On the prototype of its app's requests, where the adapter is used. */
  [SUBSCRIBERS]?: Set<Inbound>
  app?: App
  route?: Route
  res?: ServerResponse
  originalUrl?: string
}

/** `app.request` is Express's place for extending the requests of an app; the requests of mounted apps inherit from it. */
interface RequestPrototype {
  [SUBSCRIBERS]?: Set<Inbound>
}

/** A request whose prototype was extended below. */
type CapturedRequest = ExpressRequest & { [MATCHED]?: Route; [SUBSCRIBERS]: Set<Inbound> }

/** How many layers each app had at its last request, and the handlers that were wrapped. */
interface Captured {
  layers: WeakMap<App, number>
  wrapped: WeakSet<Layer['handle']>
}

const captured = new WeakMap<Inbound, Captured>()

/** From now on the exchanges of `app`, and of what is mounted on it, get their routes and errors. */
export function captureExpress(app: App, inbound: Inbound): void {
  const { layers, wrapped } = captured.get(inbound) ?? { layers: new WeakMap(), wrapped: new WeakSet() }
  // What was added since, while the app was running, may fail too.
  if (layers.get(app) === stackOf(app).length) return
  captured.set(inbound, { layers, wrapped })
  guarded(() => {
    captureRoutes(app.request, inbound)
    captureErrors(stackOf(app), inbound, wrapped)
    // For what no handler of the app's own takes.
    app.use(withErrorsCaptured(passOn, inbound, wrapped))
  })
  layers.set(app, stackOf(app).length)
}

/** The router of Express 5 publishes each handler's call and error itself since 2.3, so there no adapter is needed. */
export function observeExpressChannel(inbound: Inbound, log: Logger): ChannelSubscription {
  interface Message {
    req: ExpressRequest
    res: ServerResponse
    error?: unknown
  }
  return subscribeToChannels<Message>(
    {
      'tracing:express.router.request:start': ({ req, res }) => {
        // The adapter names it when it is set.
        if (!req[SUBSCRIBERS]?.has(inbound)) nameRoute(req, inbound, res)
      },
      'tracing:express.router.request:error': ({ res, error }) => inbound.find(res)?.fail(error),
    },
    log,
  )
}

function nameRoute({ app, route, originalUrl }: ExpressRequest, inbound: Inbound, response: ServerResponse): void {
  if (app === undefined || route === undefined) return
  guarded(() => {
    const template = templateOf(app, route, originalUrl)
    if (template !== undefined) inbound.find(response)?.route(template)
  })
}

let warned = false

/** What is strange about an app costs the names of its routes, never a request. */
function guarded(name: () => void): void {
  try {
    name()
  } catch (error) {
    if (!warned) process.emitWarning(`the routes of an Express app cannot be named: ${error}`, '@lab/observe')
    warned = true
  }
}

function captureRoutes(prototype: RequestPrototype, inbound: Inbound): void {
  if (prototype[SUBSCRIBERS] !== undefined) {
    prototype[SUBSCRIBERS].add(inbound)
    return
  }
  prototype[SUBSCRIBERS] = new Set([inbound])
  Object.defineProperty(prototype, 'route', {
    configurable: true,
    get(this: CapturedRequest) {
      return this[MATCHED]
    },
    set(this: CapturedRequest, route: Route) {
      // The router sets it, and then the route itself once more.
      if (this[MATCHED] === route) return
      this[MATCHED] = route
      if (this.app === undefined || this.res === undefined) return
      for (const subscriber of this[SUBSCRIBERS]) {
        // A mounted app has error handlers of its own; those of the app with the adapter were wrapped by the middleware.
        if (this.app.request !== prototype) captureExpress(this.app, subscriber)
        nameRoute(this, subscriber, this.res)
      }
    },
  })
}

/** Express knows an error handler by its four parameters. */
function captureErrors(
  stack: Layer[],
  inbound: Inbound,
  wrapped: Captured['wrapped'],
  seen = new Set<Layer[]>(),
): void {
  // A router may be mounted in itself.
  if (seen.has(stack)) return
  seen.add(stack)
  for (const layer of stack) {
    if (wrapped.has(layer.handle)) continue
    if (layer.handle.length === 4) layer.handle = withErrorsCaptured(layer.handle, inbound, wrapped)
    else captureErrors(layer.route?.stack ?? stackOf(layer.handle), inbound, wrapped, seen)
  }
}

type ErrorHandler = (
  error: unknown,
  request: unknown,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown

function withErrorsCaptured(handle: Layer['handle'], inbound: Inbound, wrapped: Captured['wrapped']): ErrorHandler {
  const observeExpressError: ErrorHandler = function observeExpressError(
    this: unknown,
    error,
    request,
    response,
    next,
  ) {
    inbound.find(response)?.fail(error)
    return Reflect.apply(handle, this, [error, request, response, next])
  }
  wrapped.add(observeExpressError)
  return observeExpressError
}

function passOn(error: unknown, _request: unknown, _response: unknown, next: (error?: unknown) => void): void {
  next(error)
}
