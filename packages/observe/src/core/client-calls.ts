/**
 * A call to another service: client span, `http.client.request.duration`, and the headers that carry the trace on.
 * Shared by whatever publishes outgoing requests, so that `fetch` and `node:http` look the same.
 */
import {
  type Context,
  isSpanContextValid,
  propagation,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { Histograms } from './cells.ts'
import { monotonicMs } from './clock.ts'
import { activeContext } from './context.ts'
import { metric } from './instruments.ts'
import type { Metrics } from './metrics.ts'
import { attribute, HTTP_BUCKETS, KNOWN_METHODS, OTHER } from './names.ts'
import type { Propagation } from './options.ts'
import { traceparentOf } from './tracecontext.ts'
import type { Traces } from './traces.ts'

export interface Target {
  method: string
  url: URL
}

export class ClientCalls {
  readonly #traces: Traces | undefined
  readonly #duration: Histograms | undefined
  readonly #propagation: Propagation

  constructor(traces: Traces | undefined, metrics: Metrics | undefined, propagation: Propagation) {
    this.#traces = traces
    this.#propagation = propagation
    this.#duration = metrics?.histograms(metric.clientDuration, HTTP_BUCKETS)
  }

  /** Begins a call in the active context, or gives `undefined` where tracing is suppressed. */
  begin(target: Target, setHeader: (name: string, value: string) => void): ClientCall | undefined {
    const context = activeContext()
    if (isTracingSuppressed(context)) return undefined
    const method = KNOWN_METHODS.has(target.method) ? target.method : OTHER
    const span = this.#traces?.startClient(method === OTHER ? 'HTTP' : method, context)
    this.#inject(span?.spanContext() ?? trace.getSpanContext(context), context, setHeader)
    return new ClientCall(span, this.#duration, method, target)
  }

  #inject(span: SpanContext | undefined, context: Context, setHeader: (name: string, value: string) => void): void {
    const { traceContext, baggage } = this.#propagation
    if (traceContext && span !== undefined && isSpanContextValid(span)) {
      setHeader('traceparent', traceparentOf(span))
      const state = span.traceState?.serialize()
      if (state) setHeader('tracestate', state)
    }
    if (!baggage || propagation.getBaggage(context) === undefined) return
    propagation.inject(context, setHeader, {
      set: (set, key, value) => (key === 'baggage' ? set(key, value) : undefined),
    })
  }
}

export class ClientCall {
  readonly #span: Span | undefined
  readonly #duration: Histograms | undefined
  readonly #method: string
  readonly #target: Target
  readonly #startedMs = monotonicMs()
  #status: number | undefined
  #ended = false

  constructor(span: Span | undefined, duration: Histograms | undefined, method: string, target: Target) {
    this.#span = span
    this.#duration = duration
    this.#method = method
    this.#target = target
    if (!span?.isRecording()) return
    span.setAttribute(attribute.method, method)
    span.setAttribute(attribute.serverAddress, target.url.hostname)
    span.setAttribute(attribute.serverPort, portOf(target.url))
    // Credentials and the query string are not recorded.
    span.setAttribute(attribute.urlFull, target.url.origin + target.url.pathname)
  }

  responded(status: number): void {
    this.#status = status
  }

  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    const failed = error !== undefined || (this.#status ?? 0) >= 400
    const errorType = failed ? typeOf(error, this.#status) : undefined
    this.#measure(errorType)
    const span = this.#span
    if (span === undefined) return
    if (this.#status !== undefined) span.setAttribute(attribute.status, this.#status)
    if (errorType !== undefined) {
      span.setAttribute(attribute.errorType, errorType)
      span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.message } : {}) })
    }
    span.end()
  }

  #measure(errorType: string | undefined): void {
    if (this.#duration === undefined) return
    const { hostname } = this.#target.url
    const port = portOf(this.#target.url)
    const key = `${this.#method}|${hostname}|${port}|${this.#status}|${errorType}`
    const cell =
      this.#duration.find(key) ??
      this.#duration.open(key, {
        [attribute.method]: this.#method,
        [attribute.serverAddress]: hostname,
        [attribute.serverPort]: port,
        ...(this.#status === undefined ? {} : { [attribute.status]: this.#status }),
        ...(errorType === undefined ? {} : { [attribute.errorType]: errorType }),
      })
    cell.record((monotonicMs() - this.#startedMs) / 1000, this.#span?.spanContext())
  }
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** The system's code (`ECONNREFUSED`) says more than the class; a response's status is its own type. */
function typeOf(error: unknown, status: number | undefined): string {
  if (!(error instanceof Error)) return error === undefined ? String(status) : OTHER
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.name
}
