/**
 * One meter of OpenTelemetry's API: its instruments, of which the same name, kind and unit give the same cells.
 */
import type { Attributes, Context, HrTime, Meter, MetricOptions, Observable, SpanContext } from '@opentelemetry/api'
import { Callbacks } from './callbacks.ts'
import { Gauges, Histograms, Sums } from './cells.ts'
import { type Definition, definitionOf } from './definition.ts'
import { CountLimit, MAX_OF_METER } from './instrument-limit.ts'
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

interface MeterSettings extends MetersOptions {
  /** Of the instruments of all meters together. */
  limit: Pick<CountLimit, 'admits'>
}

export class CellMeter implements Meter {
  readonly callbacks = new Callbacks()
  readonly scope: Scope
  readonly #options: MeterSettings
  readonly #limit: CountLimit
  readonly #instruments = new Map<string, Collected>()

  constructor(scope: Scope, options: MeterSettings) {
    this.scope = scope
    this.#options = options
    this.#limit = new CountLimit(`instruments of the meter "${scope.name.slice(0, 100)}"`, MAX_OF_METER)
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
    const observed = observedIn(observables).filter(({ isCollected }) => isCollected)
    if (observed.length > 0) this.callbacks.addBatch(callback, new Set(observed))
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
    // Those of an instrument that is not collected are not run, and not kept.
    const create = ({ descriptor }: Definition, isCollected: boolean) => {
      const callbacks = isCollected ? this.callbacks : new Callbacks()
      return new Observed(descriptor, { kind, maxSeries, callbacks, isCollected })
    }
    return this.#own(`observed ${kind}`, name, options, Observed, create)
  }

  /** The same name, kind and unit give the same cells. */
  #own<T extends Collected>(
    kind: string,
    name: string,
    options: MetricOptions | undefined,
    type: new (...args: never[]) => T,
    create: (definition: Definition, isKept: boolean) => T,
  ): T {
    const definition = definitionOf(name, options)
    const { name: own, unit, valueType } = definition.descriptor
    const key = JSON.stringify([own.toLowerCase(), kind, unit, valueType])
    const known = this.#instruments.get(key)
    if (known instanceof type) return known
    const isKept = this.#limit.admits(own) && this.#options.limit.admits(own)
    const created = create(definition, isKept)
    if (isKept) this.#instruments.set(key, created)
    return created
  }
}

function observedIn(observables: unknown): Observed[] {
  return Array.isArray(observables) ? observables.filter((observable) => observable instanceof Observed) : []
}
