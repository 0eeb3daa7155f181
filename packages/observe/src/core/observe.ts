/**
 * Puts the signals together: one object that a service holds, and what starts and stops with it.
 */
import { trace } from '@opentelemetry/api'
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
import { AdminServer, type AdminSources, type Readiness } from './admin.ts'
import { type Carrier, carrierOf } from './carrier.ts'
import type { Listening } from './channels.ts'
import { ClientCalls } from './client-calls.ts'
import { activeContext } from './context.ts'
import { DbCalls } from './db-calls.ts'
import { Deliveries } from './deliveries.ts'
import { Exchange } from './exchange.ts'
import { CONTENT_TYPES, expose, formatFor } from './exposition.ts'
import { HealthChecks } from './health.ts'
import { Inbound } from './inbound.ts'
import { INTERNALS, type Internals } from './internals.ts'
import { watchLeaving } from './leaving.ts'
import { createLog } from './logs.ts'
import { Metrics, nowhere } from './metrics.ts'
import { logField } from './names.ts'
import { observeFrameworks } from './naming/frameworks.ts'
import { resolveOptions, type Settings } from './options.ts'
import type { EncodableSpan } from './otlp.ts'
import { observeFetch } from './outbound/fetch.ts'
import { observeHttpClient } from './outbound/http.ts'
import { observeRuntime } from './runtime.ts'
import { observeSelf } from './self.ts'
import { ServerMetrics } from './server-metrics.ts'
import { type SpanSink, Traces } from './traces.ts'
import { runInSpan } from './user-spans.ts'

export class ObserveInstance implements Observe {
  readonly log: Logger
  readonly [INTERNALS]: Internals
  readonly #settings: Settings
  readonly #traces: Traces | undefined
  readonly #metrics: Metrics | undefined
  readonly #deliveries: Deliveries
  readonly #health = new HealthChecks()
  readonly #stops: (() => void)[] = []
  #admin: AdminServer | undefined
  #shutdown: Promise<void> | undefined

  /** @param sink gets finished spans instead of the endpoint; for tests */
  constructor(options: ObserveOptions, sink?: SpanSink) {
    const settings = resolveOptions(options)
    this.#settings = settings
    const resource = resourceFromAttributes(settings.resource)
    // The log does not exist yet while its own delivery is made.
    const notices = { warn: (text: string) => this.log.warn(text), info: (text: string) => this.log.info(text) }
    this.#deliveries = new Deliveries(settings.resource, notices)
    const logDelivery = this.#deliveries.open('logs', settings.logDelivery)
    this.log = createLog({
      ...settings.log,
      base: baseFields(settings),
      active: activeContext,
      tap: logDelivery && ((line) => logDelivery.add((batch) => batch.addLine(line))),
    })
    for (const warning of settings.warnings) this.log.warn(warning)
    if (settings.traces !== undefined) {
      const { sampling, provider } = settings.traces
      const delivery = sink ? undefined : this.#deliveries.open('spans', settings.traces.delivery)
      const deliver = delivery && ((span: EncodableSpan) => delivery.add((batch) => batch.addSpan(span)))
      this.#traces = new Traces({ resource, sampling, provider, sink: sink ?? deliver })
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
    this[INTERNALS] = {
      inbound,
      admin: this.#adminSources(),
      dbCalls: new DbCalls(this.#traces, this.#metrics),
      traces: this.#traces,
      metrics: this.#metrics,
    }
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
    const listening: Listening[] = [observeFetch(calls, this.log), observeHttpClient(calls, this.log), ...observeFrameworks(inbound, this.log)]
    this.#stops.push(() => inbound.unsubscribe(), ...listening.map(({ stop }) => stop))
  }

  /** Listens, opens the admin port and watches over the process's end. `onStop` runs at shutdown. */
  start(onStop: () => void): void {
    const { admin } = this[INTERNALS]
    this.listen()
    this.#stops.push(onStop)
    this.#stops.push(watchLeaving({ deliveries: this.#deliveries.all, log: this.log }))
    if (this.#settings.admin !== undefined) this.#admin = new AdminServer(admin, this.#settings.admin)
  }

  /** The admin server's address once it listens, `undefined` where there is none. */
  async adminAddress() {
    await this.#admin?.started
    return this.#admin?.address
  }

  counter(name: string, options?: InstrumentOptions): Counter {
    return this.#metrics?.counter(name, options) ?? nowhere
  }

  gauge(name: string, options?: InstrumentOptions): Gauge {
    return this.#metrics?.gauge(name, options) ?? nowhere
  }

  histogram(name: string, options: HistogramOptions = {}): Histogram {
    const active = () => trace.getSpanContext(activeContext())
    return this.#metrics?.histogram(name, options, active) ?? nowhere
  }

  span<T>(name: string, fn: () => T): T
  span<T>(name: string, options: SpanOptions, fn: () => T): T
  span<T>(name: string, given: SpanOptions | (() => T), then?: () => T): T {
    const [options, fn] = typeof given === 'function' ? [{}, given] : [given, then]
    if (fn === undefined) throw new TypeError(`span("${name}", options, fn) needs a function to run`)
    return runInSpan(this.#traces, name, options, fn)
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
    await this.#deliveries.flush()
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop()
    return this.#shutdown
  }

  async #stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    await this.#deliveries.close()
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

  #measureSelf(metrics: Metrics): void {
    const meter = metrics.provider.getMeter('@lab/observe')
    observeSelf(meter, metrics, this.#deliveries.all)
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
