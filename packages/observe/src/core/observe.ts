/**
 * Puts the signals together: one object that a service holds, and what starts and stops with it.
 */
import { trace } from '@opentelemetry/api'
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
import { type Carrier, carrierOf } from './carrier.ts'
import { activeContext } from './context.ts'
import { DbCalls } from './db-calls.ts'
import { DbPools } from './db-pools.ts'
import { Exchange } from './exchange.ts'
import { Inbound } from './inbound.ts'
import { INTERNALS, type Internals } from './internals.ts'
import { watchLeaving, writeLastLines } from './leaving.ts'
import { listenToProcess } from './listening.ts'
import { type Metrics, nowhere } from './metrics.ts'
import { Operations } from './operations.ts'
import { DEFAULT_MAX_SERIES, resolveOptions, type Settings } from './options.ts'
import { Outcomes } from './outcomes.ts'
import { RequestLog } from './request-log.ts'
import { observeRuntime } from './runtime.ts'
import { observeSelf } from './self.ts'
import { createSignals, type ServiceSignals } from './signals.ts'
import { textOf } from './thrown.ts'
import type { SpanSink } from './traces.ts'
import { runInSpan } from './user-spans.ts'

export class ObserveInstance implements Observe {
  readonly log: Logger
  readonly [INTERNALS]: Internals
  readonly #settings: Settings
  readonly #signals: ServiceSignals
  readonly #operations: Operations
  readonly #stops: (() => void)[] = []
  #shutdown: Promise<void> | undefined

  /** @param sink gets finished spans instead of the endpoint; for tests */
  constructor(options: ObserveOptions, sink?: SpanSink) {
    const settings = resolveOptions(options)
    this.#settings = settings
    this.#signals = createSignals(settings, sink)
    const { log, traces, metrics } = this.#signals
    this.log = log.logger
    this.#operations = new Operations(this.#signals, settings)
    for (const warning of settings.warnings) this.log.warn(warning)
    const inbound = new Inbound({
      log: this.log,
      ignore: settings.ignore,
      signals: {
        log: new RequestLog(log.logger, log.writeLine, settings.log.redact),
        traces,
        outcomes: new Outcomes(metrics, settings.metrics?.maxSeries ?? DEFAULT_MAX_SERIES),
        trustIncoming: settings.traces?.trustIncoming ?? true,
        propagation: settings.propagation,
      },
    })
    this[INTERNALS] = {
      inbound,
      admin: this.#operations,
      dbCalls: new DbCalls(traces, metrics),
      dbPools: new DbPools(metrics),
    }
    if (metrics !== undefined) this.#measureSelf(metrics)
  }

  /** What OpenTelemetry's global API is to use. */
  get providers() {
    return {
      tracer: this.#signals.traces?.provider,
      meter: this.#signals.metrics?.provider,
      propagation: this.#settings.propagation,
    }
  }

  /** Listens to every server and every outgoing request of the process. */
  listen(): void {
    this.#stops.push(listenToProcess(this.#signals, this[INTERNALS], this.#settings.propagation))
  }

  /** Listens, opens the admin port and watches over the process's end. `onStop` runs at shutdown. */
  start(onStop: () => void): void {
    const { deliveries, log } = this.#signals
    this.listen()
    this.#stops.push(onStop)
    const tell = (deadlineMs: number) => this.#operations.tell(deadlineMs)
    this.#stops.push(watchLeaving({ deliveries, requests: this[INTERNALS].inbound, log, tell }))
    this.#operations.start()
  }

  counter(name: string, options?: InstrumentOptions): Counter {
    return this.#signals.metrics?.counter(name, options) ?? nowhere
  }

  gauge(name: string, options?: InstrumentOptions): Gauge {
    return this.#signals.metrics?.gauge(name, options) ?? nowhere
  }

  histogram(name: string, options: HistogramOptions = {}): Histogram {
    const active = () => trace.getSpanContext(activeContext())
    return this.#signals.metrics?.histogram(name, options, active) ?? nowhere
  }

  span<T>(name: string, fn: () => T): T
  span<T>(name: string, options: SpanOptions, fn: () => T): T
  span<T>(name: string, given: SpanOptions | (() => T), then?: () => T): T {
    const [options, fn] = typeof given === 'function' ? [{}, given] : [given, then]
    if (fn === undefined) throw new TypeError(`span("${name}", options, fn) needs a function to run`)
    return runInSpan(this.#signals.traces, name, options, fn)
  }

  carrier(): Carrier {
    return carrierOf(activeContext())
  }

  recordError(error: unknown): void {
    const exchange = Exchange.active()
    const span = trace.getSpan(activeContext())
    // The exchange itself puts its error on its span when it ends.
    const told = exchange?.fail(error) && span === trace.getSpan(exchange.context)
    if (!told && span?.isRecording()) span.recordException(error instanceof Error ? error : textOf(error))
  }

  health(name: string, check: () => unknown): void {
    this.#operations.checks.add(name, check)
  }

  async scrape(accept?: string): Promise<Scrape> {
    const { contentType, slices } = await this.#operations.scrape(accept)
    let body = ''
    for await (const slice of slices) body += slice
    return { contentType, body }
  }

  async flush(): Promise<void> {
    await this.#signals.deliveries.flush()
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop()
    return this.#shutdown
  }

  async #stop(): Promise<void> {
    const left = this.#operations.leave()
    for (const stop of this.#stops) stop()
    await this.#signals.deliveries.close()
    await left
    this.#operations.close()
    // Whoever shuts down is about to leave, and no longer watched while doing so.
    await writeLastLines(this.#signals.log)
  }

  #measureSelf(metrics: Metrics): void {
    const meter = metrics.provider.getMeter('@lab/observe')
    observeSelf(meter, metrics, this.#signals.deliveries.all, this.#signals.log)
    this.#stops.push(observeRuntime(meter))
  }
}
