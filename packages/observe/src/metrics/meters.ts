/**
 * The meters behind OpenTelemetry's `metrics.getMeter()`: what other instrumentations and the user's code record through the
 * API goes into the same kind of cells as the library's own. The SDK's meters would grow with each collection (their limit
 * on series is reset every time), have no exemplars, and could not be read in the `exit` event, where no promise settles.
 */
import {
  type Attributes,
  type Context,
  diag,
  type HrTime,
  type Meter,
  type MeterOptions,
  type MeterProvider,
  type MetricOptions,
  type Observable,
  type SpanContext,
} from '@opentelemetry/api'
import { SCOPE } from '../conventions/names.ts'
import { Callbacks } from './callbacks.ts'
import { Gauges, Histograms, Sums } from './cells.ts'
import { type Definition, definitionOf, scopeOf } from './definition.ts'
import { Observed, type ObservedKind } from './observables.ts'
import type { Descriptor, MetricData, Scope, ScopeMetrics } from './points.ts'

export interface MetersOptions {
  /** Most series of one instrument. */
  maxSeries: number
  exemplars: boolean
  /** The span of a measurement: that of `context`, or of the active context where none is given. */
  spanIn(context: Context | undefined): SpanContext | undefined
}

/** An instrument as a collection sees it. */
export interface Collected {
  readonly descriptor: Descriptor
  /** Number of series. */
  readonly size: number
  /** Measurements that went to its overflow series. */
  readonly overflowed: number
  /** Measurements whose value the instrument does not take. */
  readonly rejected: number
  collect(endTime: HrTime): MetricData
}

export class Meters implements MeterProvider {
  readonly #options: MetersOptions
  readonly #meters = new Map<string, CellMeter>()

  constructor(options: MetersOptions) {
    this.#options = options
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const scope = scopeOf(name, version, options)
    const key = JSON.stringify(scope)
    const known = this.#meters.get(key)
    if (known !== undefined) return known
    if (scope.name === '') diag.warn('a meter has no name; pass the name of your library to getMeter()')
    // The library's own instruments are bounded already, and stay complete where the cap is low.
    const maxSeries = scope.name === SCOPE ? Number.POSITIVE_INFINITY : this.#options.maxSeries
    const meter = new CellMeter(scope, { ...this.#options, maxSeries })
    this.#meters.set(key, meter)
    return meter
  }

  /** Runs every callback; settles when all have settled, or after their timeout. */
  async observe(): Promise<void> {
    await Promise.all(this.#all((meter) => meter.callbacks.run()))
  }

  /** The same without waiting, for a process that has no further turn of the event loop. */
  observeNow(): void {
    this.#all((meter) => meter.callbacks.runNow())
  }

  /** Without the library's own instruments, whose few series never grow. */
  get instruments(): Collected[] {
    return this.#all((meter) => (meter.scope.name === SCOPE ? [] : meter.instruments)).flat()
  }

  collect(endTime: HrTime): ScopeMetrics[] {
    return this.#all((meter) => meter.collect(endTime))
  }

  #all<T>(each: (meter: CellMeter) => T): T[] {
    return Array.from(this.#meters.values(), each)
  }
}

class CellMeter implements Meter {
  readonly callbacks = new Callbacks()
  readonly scope: Scope
  readonly #options: MetersOptions
  readonly #instruments = new Map<string, Collected>()

  constructor(scope: Scope, options: MetersOptions) {
    this.scope = scope
    this.#options = options
  }

  get instruments(): Collected[] {
    return Array.from(this.#instruments.values())
  }

  collect(endTime: HrTime): ScopeMetrics {
    return { scope: this.scope, metrics: this.instruments.map((instrument) => instrument.collect(endTime)) }
  }

  createCounter(name: string, options?: MetricOptions) {
    return this.#sums(name, options, true)
  }

  createUpDownCounter(name: string, options?: MetricOptions) {
    return this.#sums(name, options, false)
  }

  createGauge(name: string, options?: MetricOptions) {
    const { maxSeries } = this.#options
    const gauges = this.#own('gauge', name, options, Gauges, ({ descriptor }) => new Gauges(descriptor, maxSeries))
    return {
      record(value: number, attributes?: Attributes): void {
        gauges.record(value, attributes)
      },
    }
  }

  createHistogram(name: string, options?: MetricOptions) {
    const { maxSeries, spanIn, exemplars } = this.#options
    const create = ({ descriptor, bounds }: Definition) => new Histograms(descriptor, maxSeries, bounds, exemplars)
    const histograms = this.#own('histogram', name, options, Histograms, create)
    return {
      record(value: number, attributes?: Attributes, context?: Context): void {
        histograms.record(value, attributes, spanIn(context))
      },
    }
  }

  createObservableCounter(name: string, options?: MetricOptions): Observable {
    return this.#observed('counter', name, options)
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): Observable {
    return this.#observed('updowncounter', name, options)
  }

  createObservableGauge(name: string, options?: MetricOptions): Observable {
    return this.#observed('gauge', name, options)
  }

  addBatchObservableCallback: Meter['addBatchObservableCallback'] = (callback, observables) => {
    this.callbacks.addBatch(callback, new Set(observedIn(observables)))
  }

  removeBatchObservableCallback: Meter['removeBatchObservableCallback'] = (callback, observables) => {
    for (const observed of observedIn(observables)) this.callbacks.remove(callback, observed)
  }

  #sums(name: string, options: MetricOptions | undefined, isMonotonic: boolean) {
    const { maxSeries } = this.#options
    const kind = isMonotonic ? 'counter' : 'updowncounter'
    const create = ({ descriptor }: Definition) => new Sums(descriptor, maxSeries, isMonotonic)
    const sums = this.#own(kind, name, options, Sums, create)
    return {
      add(value: number, attributes?: Attributes): void {
        sums.add(value, attributes)
      },
    }
  }

  #observed(kind: ObservedKind, name: string, options: MetricOptions | undefined): Observable {
    const { maxSeries } = this.#options
    const { callbacks } = this
    const create = ({ descriptor }: Definition) => new Observed(descriptor, { kind, maxSeries, callbacks })
    return this.#own(`observed ${kind}`, name, options, Observed, create)
  }

  /** The same name, kind and unit give the same cells. */
  #own<T extends Collected>(
    kind: string,
    name: string,
    options: MetricOptions | undefined,
    type: new (...args: never[]) => T,
    create: (definition: Definition) => T,
  ): T {
    const definition = definitionOf(name, options)
    const { name: own, unit, valueType } = definition.descriptor
    const key = JSON.stringify([own.toLowerCase(), kind, unit, valueType])
    const known = this.#instruments.get(key)
    if (known instanceof type) return known
    const created = create(definition)
    this.#instruments.set(key, created)
    return created
  }
}

function observedIn(observables: unknown): Observed[] {
  return Array.isArray(observables) ? observables.filter((observable) => observable instanceof Observed) : []
}
