/**
 * The object that a service holds: builds the signals, and starts and stops everything that belongs to them.
 */
import { type Attributes, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Logger } from 'pino'
import { DbCalls } from '../clients/calls/db-calls.ts'
import { DbPools } from '../clients/calls/db-pools.ts'
import { queriesPart } from '../clients/pg.ts'
import { type Carrier, carrierOf } from '../context/carrier.ts'
import { activeContext, withContext } from '../context/context.ts'
import { isError, safeText } from '../conventions/thrown.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { observeRuntime } from '../metrics/runtime.ts'
import { adminPart } from '../operations/admin.ts'
import { flushLog, flushOnExit } from '../operations/flush-on-exit.ts'
import { Operations } from '../operations/operations.ts'
import { Exchange } from '../server/exchange.ts'
import { inboundPart } from '../server/inbound.ts'
import { resolveOptions, type Settings } from '../settings/options.ts'
import type { SpanSink } from '../traces/traces.ts'
import { runInSpan } from '../traces/user-spans.ts'
import type { Observe, ObserveOptions, Scrape, SpanOptions } from '../types.ts'
import { createInbound } from './create-inbound.ts'
import { FirstUse } from './first-use.ts'
import { instrumentProcess, type ProcessParts } from './instrument-process.ts'
import { Instruments } from './instruments.ts'
import { selfMetrics } from './self-metrics.ts'
import { createSignals, type ServiceSignals } from './signals.ts'

export class ObserveInstance extends Instruments implements Observe {
  readonly log: Logger
  readonly #process: ProcessParts
  readonly #settings: Settings
  readonly #signals: ServiceSignals
  readonly #operations: Operations
  readonly #stops: (() => void)[] = []
  #shutdown: Promise<void> | undefined

  readonly #firstUse: FirstUse | undefined

  /** Finished spans go to `sink`, for tests; with `whenUsed` it begins to deliver and to warn when the process is used. */
  constructor(options: ObserveOptions, { sink, whenUsed = false }: { sink?: SpanSink; whenUsed?: boolean } = {}) {
    super()
    const settings = resolveOptions(options)
    this.#settings = settings
    const used = whenUsed ? () => this.#firstUse?.use() : undefined
    this.#signals = createSignals(settings, { sink, used })
    const { log, traces, metrics } = this.#signals
    this.log = log.logger
    this.#operations = new Operations(this.#signals, settings)
    const inbound = createInbound(this.#signals, settings)
    const dbCalls = new DbCalls(traces, metrics)
    const dbPools = new DbPools(metrics)
    this.#process = { inbound, dbCalls, dbPools, signals: this.#signals, settings }
    inboundPart.attach(this, inbound)
    queriesPart.attach(this, { calls: dbCalls, pools: dbPools })
    adminPart.attach(this, this.#operations)
    if (metrics !== undefined) this.#measureSelf(metrics)
    const begin = () => [this.#deliver(), this.#open()]
    if (whenUsed) this.#firstUse = new FirstUse(this.log, begin)
    else this.#deliver()
  }

  /** Whether it has opened, written or recorded anything. */
  get isUsed(): boolean {
    return this.#firstUse?.isUsed ?? true
  }

  /** For OpenTelemetry's global API. */
  get providers() {
    return {
      tracer: this.#signals.traces?.provider,
      meter: this.#signals.metrics?.provider,
      propagation: this.#settings.propagation,
      diagnostics: this.#settings.diagnostics,
    }
  }

  /** Subscribes to every server and every outgoing request of the process. */
  listen(): void {
    this.#stops.push(instrumentProcess(this.#process))
  }

  /** Subscribes, opens the admin port and flushes when the process exits. `onStop` runs at shutdown. */
  start(onStop: () => void): void {
    this.listen()
    this.#stops.push(onStop)
    if (this.#firstUse === undefined) this.#open()
  }

  /** Hands its place over to another instance; only before it was used. */
  retire(): void {
    this.#firstUse?.stop()
    for (const stop of this.#stops) stop()
    this.#shutdown = Promise.resolve()
  }

  #deliver(): void {
    for (const warning of this.#settings.warnings) this.log.warn(warning)
    this.#signals.deliveries.startPush()
  }

  #open(): void {
    const { deliveries, log } = this.#signals
    const report = (deadlineMs: number) => this.#operations.report(deadlineMs)
    const drain = (signal: NodeJS.Signals) => this.#operations.drain(signal)
    this.#stops.push(flushOnExit({ deliveries, requests: this.#process.inbound, log, report, drain }))
    this.#operations.start()
  }

  protected get metrics(): Metrics | undefined {
    return this.#signals.metrics
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

  untraced<T>(fn: () => T): T {
    return withContext(suppressTracing(activeContext()), fn)
  }

  recordError(error: unknown): void {
    const exchange = Exchange.active()
    const span = trace.getSpan(activeContext())
    // At its end the exchange puts its error on its own span.
    const own = exchange && trace.getSpanContext(exchange.context)
    const recorded = exchange?.fail(error) && span?.spanContext().spanId === own?.spanId
    if (!recorded && span?.isRecording()) span.recordException(isError(error) ? error : safeText(error))
  }

  set(attributes: Attributes): void {
    Exchange.active()?.set(attributes)
  }

  route(template: string): void {
    Exchange.active()?.nameRoute(template)
  }

  health(name: string, check: () => unknown): void {
    this.#operations.checks.add(name, check)
  }

  async scrape(accept?: string): Promise<Scrape> {
    const { contentType, slices } = await this.#operations.scrape(accept, 'scrape')
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
    this.#firstUse?.stop()
    const left = this.#operations.leave()
    for (const stop of this.#stops) stop()
    await this.#signals.deliveries.close()
    await left
    this.#operations.close()
    // The exit handlers are gone by now, so the log is flushed here.
    await flushLog(this.#signals.log)
  }

  #measureSelf(metrics: Metrics): void {
    const meter = metrics.provider.getMeter('@lab/observe')
    selfMetrics(meter, metrics, this.#signals.deliveries.all, this.#signals.log)
    this.#stops.push(observeRuntime(metrics))
  }
}
