/**
 * Puts the signals together: one object that a service holds, and what starts and stops with it.
 */
import { type Context, type Link, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { Logger } from 'pino'
import type {
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  InstrumentOptions,
  Observe,
  ObserveOptions,
  Scrape,
  SpanOptions,
} from '../types.ts'
import { type AdminSources, AdminServer, type Readiness } from './admin.ts'
import { type Carrier, carrierOf, contextFrom, linksTo } from './carrier.ts'
import type { Listening } from './channels.ts'
import { ClientCalls } from './client-calls.ts'
import { activeContext, withContext } from './context.ts'
import { Delivery } from './delivery.ts'
import { Exchange } from './exchange.ts'
import { CONTENT_TYPES, expose, formatFor } from './exposition.ts'
import { HealthChecks } from './health.ts'
import { Inbound } from './inbound.ts'
import { INTERNALS, type Internals } from './internals.ts'
import { LEAVING_MS, watchLeaving } from './leaving.ts'
import { createLog } from './logs.ts'
import { Metrics } from './metrics.ts'
import { logField } from './names.ts'
import { type OtlpSettings, resolveOptions, type Settings } from './options.ts'
import { Batch } from './otlp.ts'
import { observeFetch } from './outbound/fetch.ts'
import { observeHttpClient } from './outbound/http.ts'
import { observeRuntime } from './runtime.ts'
import { observeSelf } from './self.ts'
import { ServerMetrics } from './server-metrics.ts'
import { type SpanSink, Traces } from './traces.ts'

export class ObserveInstance implements Observe {
  readonly log: Logger
  readonly [INTERNALS]: Internals
  readonly #settings: Settings
  readonly #traces: Traces | undefined
  readonly #metrics: Metrics | undefined
  readonly #deliveries: Delivery[] = []
  readonly #health = new HealthChecks()
  readonly #stops: (() => void)[] = []
  #admin: AdminServer | undefined
  #shutdown: Promise<void> | undefined

  /** @param sink gets finished spans instead of the endpoint; for tests */
  constructor(options: ObserveOptions, sink?: SpanSink) {
    const settings = resolveOptions(options)
    this.#settings = settings
    const resource = resourceFromAttributes(settings.resource)
    const logDelivery = this.#deliver('logs', settings.logDelivery)
    this.log = createLog({
      ...settings.log,
      base: baseFields(settings),
      active: activeContext,
      tap: logDelivery && ((line) => logDelivery.add((batch) => batch.addLine(line))),
    })
    for (const warning of settings.warnings) this.log.warn(warning)
    if (settings.traces !== undefined) {
      const { sampling, provider, delivery } = settings.traces
      this.#traces = new Traces({ resource, sampling, provider, sink: sink ?? this.#spanSink(delivery) })
    }
    if (settings.metrics !== undefined) this.#metrics = new Metrics({ resource, ...settings.metrics })
    const inbound = new Inbound({
      ignore: settings.ignore,
      signals: {
        log: this.log,
        traces: this.#traces,
        metrics: this.#metrics && new ServerMetrics(this.#metrics),
        trustIncoming: settings.traces?.trustIncoming ?? true,
        baggage: settings.baggage,
      },
    })
    this[INTERNALS] = { inbound, admin: this.#adminSources(), traces: this.#traces, metrics: this.#metrics }
    if (this.#metrics !== undefined) this.#measureSelf(this.#metrics)
  }

  /** What OpenTelemetry's global API is to use. */
  get providers() {
    return { tracer: this.#traces?.provider, meter: this.#metrics?.provider, baggage: this.#settings.baggage }
  }

  /** Listens to every server and every outgoing request of the process. */
  listen(): void {
    const { inbound } = this[INTERNALS]
    inbound.subscribe()
    const calls = new ClientCalls(this.#traces, this.#metrics, this.#settings.baggage)
    const listening: Listening[] = [observeFetch(calls, this.log), observeHttpClient(calls, this.log)]
    this.#stops.push(() => inbound.unsubscribe(), ...listening.map(({ stop }) => stop))
  }

  /** Listens, opens the admin port and watches over the process's end. `onStop` runs at shutdown. */
  start(onStop: () => void): void {
    const { admin } = this[INTERNALS]
    this.listen()
    this.#stops.push(onStop)
    this.#stops.push(watchLeaving({ deliveries: this.#deliveries, log: this.log }))
    if (this.#settings.admin !== undefined) this.#admin = new AdminServer(admin, this.#settings.admin)
  }

  /** The admin server's address once it listens, `undefined` where there is none. */
  async adminAddress() {
    await this.#admin?.started
    return this.#admin?.address
  }

  counter(name: string, options?: InstrumentOptions): Counter {
    return this.#metrics?.counter(name, options) ?? { add() {} }
  }

  gauge(name: string, options?: InstrumentOptions): Gauge {
    return this.#metrics?.gauge(name, options) ?? { record() {} }
  }

  histogram(name: string, options: HistogramOptions = {}): Histogram {
    const active = () => trace.getSpanContext(activeContext())
    return this.#metrics?.histogram(name, options, active) ?? { record() {} }
  }

  span<T>(name: string, fn: () => T): T
  span<T>(name: string, options: SpanOptions, fn: () => T): T
  span<T>(name: string, given: SpanOptions | (() => T), then?: () => T): T {
    const [options, fn] = typeof given === 'function' ? [{}, given] : [given, then]
    if (fn === undefined) throw new TypeError(`span("${name}", options, fn) needs a function to run`)
    const { context, links } = this.#origin(options.from)
    const { attributes, kind } = options
    const span = this.#traces?.tracer.startSpan(name, { links, ...defined({ attributes, kind }) }, context)
    if (span === undefined) return fn()
    return withContext(trace.setSpan(context, span), () => runIn(span, fn))
  }

  carrier(): Carrier {
    return carrierOf(activeContext())
  }

  recordError(error: unknown): void {
    Exchange.active()?.fail(error)
    const span = trace.getSpan(activeContext())
    if (span?.isRecording()) span.recordException(error instanceof Error ? error : String(error))
  }

  health(name: string, check: () => unknown): void {
    this.#health.add(name, check)
  }

  async scrape(accept?: string): Promise<Scrape> {
    const format = formatFor(accept)
    const metrics = await this.#metrics?.read()
    const empty = { resource: resourceFromAttributes(this.#settings.resource), scopeMetrics: [] }
    return { contentType: CONTENT_TYPES[format], body: expose(metrics ?? empty, format) }
  }

  async flush(): Promise<void> {
    await Promise.all(this.#deliveries.map((delivery) => delivery.flush(LEAVING_MS)))
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop()
    return this.#shutdown
  }

  async #stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    await Promise.all(this.#deliveries.map((delivery) => delivery.close(LEAVING_MS)))
    await this.#metrics?.shutdown()
    this.#admin?.close()
  }

  /** Not ready once it is leaving, so that a load balancer sends nothing more. */
  async #ready(): Promise<Readiness> {
    if (this.#shutdown !== undefined) return { ready: false, checks: { shutdown: 'in progress' } }
    return this.#health.run()
  }

  #adminSources(): AdminSources {
    return { log: this.log, scrape: (accept) => this.scrape(accept), ready: () => this.#ready() }
  }

  #origin(from: SpanOptions['from']): { context: Context; links: Link[] } {
    if (from === undefined) return { context: activeContext(), links: [] }
    if (Array.isArray(from)) return { context: trace.deleteSpan(activeContext()), links: linksTo(from) }
    return { context: contextFrom(from), links: [] }
  }

  #spanSink(settings: OtlpSettings | undefined): SpanSink | undefined {
    const delivery = this.#deliver('spans', settings)
    return delivery && ((span) => delivery.add((batch) => batch.addSpan(span)))
  }

  #deliver(signal: string, settings: OtlpSettings | undefined): Delivery | undefined {
    if (settings === undefined) return undefined
    const notices = {
      // The log does not exist yet while its own delivery is made.
      warn: (message: string) => this.log.warn(message),
      info: (message: string) => this.log.info(message),
    }
    const batch = new Batch(this.#settings.resource)
    const delivery = new Delivery(signal, settings.endpoint, settings.limits, batch, notices)
    this.#deliveries.push(delivery)
    return delivery
  }

  #measureSelf(metrics: Metrics): void {
    const meter = metrics.provider.getMeter('@lab/observe')
    observeSelf(meter, metrics, this.#deliveries)
    this.#stops.push(observeRuntime(meter))
  }
}

function baseFields({ service, version, environment }: Settings): Record<string, string> {
  return {
    [logField.service]: service,
    ...(version === undefined ? {} : { [logField.version]: version }),
    ...(environment === undefined ? {} : { [logField.environment]: environment }),
  }
}

function runIn<T>(span: Span, fn: () => T): T {
  try {
    const result = fn()
    if (!isThenable(result)) {
      span.end()
      return result
    }
    return result.then(
      (value) => {
        span.end()
        return value
      },
      (error: unknown) => {
        failSpan(span, error)
        throw error
      },
    ) as T
  } catch (error) {
    failSpan(span, error)
    throw error
  }
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function failSpan(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error))
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) })
  span.end()
}

/** Without the keys that have no value, as exact optional properties want it. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
