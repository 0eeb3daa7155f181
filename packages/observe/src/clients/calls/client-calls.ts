/**
 * A call to another service: client span, `http.client.request.duration`, and the headers that carry the trace on.
 * Shared by all HTTP clients, so that `fetch` and `node:http` look the same.
 */
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  propagation,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { writeHeaders } from '../../context/older-headers.ts'
import { traceparentOf } from '../../context/tracecontext.ts'
import { metric } from '../../conventions/instruments.ts'
import { attribute, HTTP_BUCKETS, OTHER } from '../../conventions/names.ts'
import type { Histograms } from '../../metrics/cells.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Settings } from '../../settings/options.ts'
import type { Propagation } from '../../settings/propagation.ts'
import type { SharedSpan } from '../../traces/encodable-span.ts'
import { callersContext } from '../../traces/joined-provider.ts'
import type { Traces } from '../../traces/traces.ts'
import { CallOutcome, CallOutcomes, type Measured } from './call-outcome.ts'
import { attributesOf, ClientCall, spanNameOf, type Target } from './client-call.ts'
import type { Origin } from './peer.ts'
import { Redirects } from './redirects.ts'

export class ClientCalls {
  readonly #traces: Traces | undefined
  readonly #duration: Histograms | undefined
  readonly #propagation: Propagation
  readonly #methods: ReadonlySet<string>
  readonly #redirects = new Redirects()
  readonly #outcomes = new CallOutcomes<HttpOutcome>()

  constructor(
    traces: Traces | undefined,
    metrics: Metrics | undefined,
    { propagation, methods }: Pick<Settings, 'propagation' | 'methods'>,
  ) {
    this.#traces = traces
    this.#propagation = propagation
    this.#methods = methods
    this.#duration = metrics?.histograms(metric.clientDuration, HTTP_BUCKETS)
  }

  /** Begins a call in the active context, or gives `undefined` where tracing is suppressed. */
  begin(target: Target, setHeader: (name: string, value: string) => void): ClientCall | undefined {
    const context = callersContext()
    if (isTracingSuppressed(context)) return undefined
    const { origin, path } = target
    const resendCount = this.#redirects.take(context, origin.text, path)
    const method = this.#methods.has(target.method) ? target.method : OTHER
    const call = new ClientCall(this, target, method, context, resendCount)
    const span = this.#traces?.startCall(context, call.startedMs, call)
    call.span = span
    this.#inject(span?.spanContext() ?? trace.getSpanContext(context), context, setHeader)
    return call
  }

  /** The caller may follow a redirect to `location`. */
  redirected({ target, context, resendCount }: ClientCall, location: string): void {
    const { origin, path } = target
    const next = URL.parse(location, origin.text + path)
    if (next !== null) this.#redirects.add(context, next, resendCount + 1)
  }

  /** Records a call that has ended. */
  end(call: ClientCall, error: unknown, endedMs: number): void {
    const { span, startedMs, status } = call
    const errorType = error !== undefined || (status ?? 0) >= 400 ? typeOf(error, status) : undefined
    const outcome = this.#outcomeOf(call, errorType)
    outcome.record(endedMs - startedMs, span?.spanContext())
    if (span === undefined || outcome.span === undefined) return
    if (errorType !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.message } : {}) })
    }
    if (call.isUnusual) span.setAttributes(call.unusualAttributes)
    this.#traces?.endCall(span, outcome.span, startedMs, endedMs)
  }

  #inject(span: SpanContext | undefined, context: Context, setHeader: (name: string, value: string) => void): void {
    const { traceContext, baggage, formats } = this.#propagation
    const isValid = span !== undefined && isSpanContextValid(span)
    if (isValid && formats.length > 0) writeHeaders(formats, span, setHeader)
    if (traceContext && isValid) {
      setHeader('traceparent', traceparentOf(span))
      const state = span.traceState?.serialize()
      if (state) setHeader('tracestate', state)
    }
    if (!baggage || propagation.getBaggage(context) === undefined) return
    propagation.inject(context, setHeader, {
      set: (set, key, value) => (key === 'baggage' ? set(key, value) : undefined),
    })
  }

  #outcomeOf({ method, status, target: { origin } }: ClientCall, errorType: string | undefined): HttpOutcome {
    const { lastOutcome } = origin
    if (lastOutcome instanceof HttpOutcome && lastOutcome.isOf(this, method, status, errorType)) return lastOutcome
    const key = `${method}|${origin.address}|${origin.port}|${status}|${errorType}`
    const outcome =
      this.#outcomes.find(key) ?? this.#outcomes.keep(key, this.#open(method, origin, status, errorType, key))
    origin.lastOutcome = outcome
    return outcome
  }

  #open(
    method: string,
    origin: Origin,
    status: number | undefined,
    errorType: string | undefined,
    series: string,
  ): HttpOutcome {
    const attributes: Attributes = attributesOf(method, origin)
    if (status !== undefined) attributes[attribute.status] = status
    if (errorType !== undefined) attributes[attribute.errorType] = errorType
    const span = this.#traces?.sharedByCalls(spanNameOf(method), attributes)
    return new HttpOutcome(this, { method, status, errorType }, span, { duration: this.#duration, series, attributes })
  }
}

interface HttpOutcomeKey {
  method: string
  status: number | undefined
  errorType: string | undefined
}

/** How calls to one origin end. */
class HttpOutcome extends CallOutcome {
  readonly #owner: ClientCalls
  readonly #key: HttpOutcomeKey

  constructor(owner: ClientCalls, key: HttpOutcomeKey, span: SharedSpan | undefined, measured: Measured) {
    super(span, measured)
    this.#owner = owner
    this.#key = key
  }

  isOf(owner: ClientCalls, method: string, status: number | undefined, errorType: string | undefined): boolean {
    const own = this.#key
    return this.#owner === owner && own.method === method && own.status === status && own.errorType === errorType
  }
}

/** The system's code (`ECONNREFUSED`) says more than the class; a response's status is its own type. */
function typeOf(error: unknown, status: number | undefined): string {
  if (!(error instanceof Error)) return error === undefined ? String(status) : OTHER
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.name
}
