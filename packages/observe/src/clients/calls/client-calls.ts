/**
 * A call to another service: client span, `http.client.request.duration`, and the headers that carry the trace on.
 * Shared by all HTTP clients, so that `fetch` and `node:http` look the same.
 */
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  propagation,
  type Span,
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
import { monotonicMs } from '../../time/clock.ts'
import { callersContext } from '../../traces/joined-provider.ts'
import type { Traces } from '../../traces/traces.ts'
import { type Peer, peerOf } from './peer.ts'
import { Redirects } from './redirects.ts'

export interface Target {
  method: string
  url: URL
}

/** What is known of a call when it begins. */
interface CallStart {
  target: Target
  peer: Peer
  /** The value of the label. */
  method: string
  span: Span | undefined
  duration: Histograms | undefined
  context: Context
  redirects: Redirects
  /** How often it was sent before. */
  resendCount: number
}

export class ClientCalls {
  readonly #traces: Traces | undefined
  readonly #duration: Histograms | undefined
  readonly #propagation: Propagation
  readonly #methods: ReadonlySet<string>
  readonly #redirects = new Redirects()

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
    const method = this.#methods.has(target.method) ? target.method : OTHER
    const name = method === OTHER ? 'HTTP' : method
    const resendCount = this.#redirects.take(context, target.url)
    const peer = peerOf(target.url)
    const attributes = this.#traces && attributesOf(target, method, peer, resendCount)
    const span = attributes && this.#traces?.startClient(name, context, attributes)
    this.#inject(span?.spanContext() ?? trace.getSpanContext(context), context, setHeader)
    return new ClientCall({
      target,
      peer,
      method,
      span,
      duration: this.#duration,
      context,
      redirects: this.#redirects,
      resendCount,
    })
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
}

export class ClientCall {
  readonly #begun: CallStart
  readonly #startedMs = monotonicMs()
  #status: number | undefined
  #respondedMs: number | undefined
  #ended = false

  constructor(begun: CallStart) {
    this.#begun = begun
  }

  /** @param location the header of that name */
  responded(status: number, location?: string | undefined): void {
    this.#status = status
    this.#respondedMs = monotonicMs()
    if (status < 300 || status > 399 || location === undefined) return
    const { target, context, redirects, resendCount } = this.#begun
    if (URL.canParse(location, target.url.href)) {
      redirects.add(context, new URL(location, target.url), resendCount + 1)
    }
  }

  /** Ends the call as of its headers: the caller does not read the body. */
  endUnread(): void {
    this.end(undefined, this.#respondedMs)
  }

  /**
   * @param given what failed; what the caller itself aborted is no error
   * @param endedMs a reading of the monotonic clock
   */
  end(given?: unknown, endedMs = monotonicMs()): void {
    if (this.#ended) return
    this.#ended = true
    const error = isAbort(given) ? undefined : given
    const failed = error !== undefined || (this.#status ?? 0) >= 400
    const errorType = failed ? typeOf(error, this.#status) : undefined
    this.#measure(errorType, endedMs)
    const { span } = this.#begun
    if (span === undefined) return
    if (this.#status !== undefined) span.setAttribute(attribute.status, this.#status)
    if (errorType !== undefined) {
      span.setAttribute(attribute.errorType, errorType)
      span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.message } : {}) })
    }
    span.end(endedMs)
  }

  #measure(errorType: string | undefined, endedMs: number): void {
    const { duration, span, method, peer } = this.#begun
    if (duration === undefined) return
    const key = `${method}|${peer.address}|${peer.port}|${this.#status}|${errorType}`
    const cell = duration.find(key) ?? duration.open(key, this.#attributes(errorType))
    cell.record((endedMs - this.#startedMs) / 1000, span?.spanContext())
  }

  #attributes(errorType: string | undefined): Attributes {
    const { method, peer } = this.#begun
    return {
      [attribute.method]: method,
      [attribute.serverAddress]: peer.address,
      [attribute.serverPort]: peer.port,
      ...(this.#status === undefined ? {} : { [attribute.status]: this.#status }),
      ...(errorType === undefined ? {} : { [attribute.errorType]: errorType }),
    }
  }
}

/** What a span has from its start. Credentials and the query string are not recorded. */
function attributesOf(
  { method: given, url }: Target,
  method: string,
  { address, port }: Peer,
  resendCount: number,
): Attributes {
  return {
    [attribute.method]: method,
    ...(method === OTHER && { [attribute.methodOriginal]: given }),
    [attribute.serverAddress]: address,
    [attribute.serverPort]: port,
    [attribute.urlFull]: url.origin + url.pathname,
    ...(resendCount > 0 && { [attribute.resendCount]: resendCount }),
  }
}

/** What `AbortController.abort()` gives; a time-out of `AbortSignal.timeout()` has another name. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** The system's code (`ECONNREFUSED`) says more than the class; a response's status is its own type. */
function typeOf(error: unknown, status: number | undefined): string {
  if (!(error instanceof Error)) return error === undefined ? String(status) : OTHER
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.name
}
