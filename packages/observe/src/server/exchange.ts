/**
 * One request and its response, seen from the server: begun by the platform, named by the framework, ended exactly
 * once. It is the single source of the span, the latency measurement and the log line, so the three cannot disagree
 * about route, status, duration or trace.
 */
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { RPCMetadata } from '@opentelemetry/core'
import { activeContext, ExchangeContext, exchangeIn, withContext } from '../context/context.ts'
import { callerIn } from '../context/older-headers.ts'
import { remoteParent } from '../context/tracecontext.ts'
import { attribute, OTHER } from '../conventions/names.ts'
import { asError, isClientError } from '../conventions/thrown.ts'
import { redacted, withoutUserInfo } from '../logs/redaction.ts'
import type { RequestLog } from '../logs/request-log.ts'
import type { ValueCell } from '../metrics/cells.ts'
import type { Propagation } from '../settings/propagation.ts'
import { monotonicMs } from '../time/clock.ts'
import { fieldsOf, isStatusSet } from '../traces/span-values.ts'
import type { Traces } from '../traces/traces.ts'
import { type Arrival, baggageContext } from './arrival.ts'
import { Named } from './named.ts'
import { NamedByRpc, withFields } from './named-by-others.ts'
import { type Outcome, type Outcomes, spanName } from './outcomes.ts'

/** What an exchange writes to. */
export interface Signals {
  log: RequestLog
  traces: Traces | undefined
  outcomes: Outcomes
  /** Whether a caller's trace and baggage are continued; an untrusted trace is only linked to. */
  trustIncoming: boolean
  propagation: Propagation
  /** Methods that may be the value of a label. */
  methods: ReadonlySet<string>
}

export class Exchange extends Named {
  readonly #signals: Signals
  /** As it came. The arrival itself is not kept: a connection that is kept alive would hold its last request by it. */
  readonly #givenMethod: string
  /** The method as it may stand in a label and a span's name. */
  readonly #method: string
  readonly #path: string
  readonly #scheme: Arrival['scheme']
  readonly #protocolVersion: string | undefined
  readonly #startedMs: number
  readonly #span: Span | undefined
  /** The context in which the request is handled. */
  readonly context: Context
  #fields: Attributes | undefined
  #error: unknown
  readonly #active: ValueCell | undefined
  #ended = false

  constructor(signals: Signals, arrival: Arrival) {
    super()
    this.#signals = signals
    this.#startedMs = monotonicMs()
    this.#givenMethod = arrival.method
    this.#method = signals.methods.has(arrival.method) ? arrival.method : OTHER
    this.#path = arrival.path
    this.#scheme = arrival.scheme
    this.#protocolVersion = arrival.protocolVersion
    const { traceContext, baggage, formats } = signals.propagation
    const traceparent = traceContext ? arrival.header('traceparent') : undefined
    let caller = traceparent === undefined ? undefined : remoteParent(traceparent, arrival.header('tracestate'))
    if (caller === undefined && formats.length > 0) caller = callerIn(formats, (name) => arrival.header(name))
    this.#span = this.#startSpan(arrival, caller)
    // An untrusted caller's baggage would be sent on to every service that is called.
    const isTaken = baggage && signals.trustIncoming && arrival.header('baggage') !== undefined
    const base = isTaken ? baggageContext(arrival) : ROOT_CONTEXT
    this.context = new ExchangeContext(base, this.#span, this)
    this.#active = signals.outcomes.active(this.#method, arrival.scheme)
    if (this.#active !== undefined) this.#active.value += 1
  }

  /** The exchange that the running code belongs to. */
  static active(): Exchange | undefined {
    const exchange = exchangeIn(activeContext())
    return exchange instanceof Exchange ? exchange : undefined
  }

  /** Attributes of the user's own, for the span and the line. */
  set(attributes: Attributes): void {
    // The span is redacted as the line is.
    const valid = redacted(fieldsOf(attributes)) as Attributes
    this.#span?.setAttributes(valid)
    this.#fields = withFields(this.#fields, valid)
  }

  /** For instrumentations of OpenTelemetry, which name the route of the server span by it. */
  get rpcMetadata(): RPCMetadata {
    return new NamedByRpc(this, this.#span)
  }

  /** Whether this exchange was begun for the same `Observe`. */
  reportsTo(signals: Signals): boolean {
    return this.#signals === signals
  }

  /** Whether this exchange's request is the one with this method and path, the path being as `URL` writes it. */
  answers(method: string, path: string): boolean {
    const ownPath = this.#path
    if (this.#givenMethod !== method) return false
    // `*` and the like become a path of their own.
    return (
      ownPath === path || URL.parse(`http://host${ownPath.startsWith('/') ? '' : '/'}${ownPath}`)?.pathname === path
    )
  }

  /**
   * The error that led to the response, handled or not. The first one counts, later ones being its consequences; says
   * whether this was it.
   */
  fail(error: unknown): boolean {
    const first = this.#error === undefined
    if (first) this.#error = error
    return first
  }

  /** Runs `fn` as part of this exchange. */
  run<T>(fn: () => T): T {
    // Where the platform began the exchange its context is the active one already. Measured with what server/routes/express.ts
    // leaves out: 0.6 us and 0.8 KB a request of NestJS.
    return activeContext() === this.context ? fn() : withContext(this.context, fn)
  }

  /**
   * Ends the exchange; only the first call counts.
   * @param status the response's status code, `undefined` where none was sent
   * @param aborted whether the connection went away before the response was complete
   */
  end(status: number | undefined, aborted = false): void {
    if (this.#ended) return
    this.#ended = true
    // First, so that nothing that fails below leaves the request counted as open.
    if (this.#active !== undefined) this.#active.value -= 1
    const durationMs = monotonicMs() - this.#startedMs
    const route = this.routeAt(status, this.#span)
    const errorType = this.#errorType(status, aborted)
    const outcome = this.#signals.outcomes.of({
      method: this.#method,
      scheme: this.#scheme,
      protocolVersion: this.#protocolVersion,
      route,
      status,
      errorType,
    })
    const span = this.#span?.spanContext()
    outcome.cell?.record(durationMs / 1000, span)
    this.#endSpan(outcome, status, errorType, durationMs)
    const method = this.#givenMethod
    const error = this.#error
    const ended = { method, route, path: this.#path, status, durationMs, aborted, error, fields: this.#fields }
    // An unknown method is recorded as it came, and beyond the limit of outcomes the route that the outcome has not.
    const isShared = method === this.#method && outcome.span.attributes[attribute.route] === route
    this.#signals.log.write(ended, span, isShared ? outcome.line : undefined)
  }

  #startSpan(arrival: Arrival, caller: SpanContext | undefined): Span | undefined {
    const { traces, trustIncoming } = this.#signals
    // Without traces of our own the caller's is passed on.
    if (traces === undefined) return trustIncoming && caller !== undefined ? trace.wrapSpanContext(caller) : undefined
    const { method, path } = arrival
    const span = traces.startExchange(spanName(this.#method), trustIncoming ? caller : undefined, {
      startedMs: this.#startedMs,
      method: this.#method,
      scheme: this.#scheme,
      path: withoutUserInfo(path),
      userAgent: arrival.header('user-agent'),
      link: trustIncoming || caller === undefined ? undefined : { context: caller },
    })
    if (this.#method === OTHER && span.isRecording()) span.setAttribute(attribute.methodOriginal, method)
    return span
  }

  #endSpan(outcome: Outcome, status: number | undefined, errorType: string | undefined, durationMs: number): void {
    const span = this.#span
    if (span === undefined) return
    if (span.isRecording()) {
      if (this.#error !== undefined && !isClientError(status)) span.recordException(asError(this.#error))
      // A client's mistake (4xx) is no error of the server (HTTP semantic conventions, "Status").
      if (
        errorType !== undefined &&
        (status === undefined || status >= 500 || this.#error !== undefined) &&
        !isStatusSet(span)
      ) {
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
    }
    this.#signals.traces?.endExchange(span, outcome.span, durationMs)
  }

  /** `error.type`: the status for a failed response, else what was thrown, else that the client went away. */
  #errorType(status: number | undefined, aborted: boolean): string | undefined {
    if (status !== undefined && status >= 500) {
      return this.#error === undefined ? String(status) : asError(this.#error).name || String(status)
    }
    if (!aborted) return undefined
    return this.#error === undefined ? 'aborted' : asError(this.#error).name || 'aborted'
  }
}
