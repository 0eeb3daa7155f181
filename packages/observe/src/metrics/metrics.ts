/**
 * The metric signal: the instruments of the library and of the user, those that other instrumentations make through
 * OpenTelemetry's API, and one collection of them all, with or without waiting for callbacks.
 */
import { type Attributes, type SpanContext, trace } from '@opentelemetry/api'
import { activeContext, isContext } from '../context/context.ts'
import { SCOPE } from '../conventions/names.ts'
import { exposedName, namesOf, RESERVED_NAMES } from '../conventions/prometheus-names.ts'
import { safeText } from '../conventions/thrown.ts'
import { checkBuckets } from '../settings/buckets.ts'
import { hrTime } from '../time/clock.ts'
import type { Counter, Gauge, Histogram, HistogramOptions, InstrumentOptions } from '../types.ts'
import { Callbacks } from './callbacks.ts'
import type { Collected } from './cell-meter.ts'
import { Gauges, Histograms, Sums } from './cells.ts'
import { boundsFor } from './default-bounds.ts'
import { bucketsOf, describe } from './described.ts'
import { CountLimit, MAX_INSTRUMENTS } from './instrument-limit.ts'
import { IntervalGauges, type ReadInterval } from './interval-gauges.ts'
import { Meters } from './meters.ts'
import { Observed } from './observables.ts'
import type { Descriptor, MetricData, ResourceMetrics } from './points.ts'
import { type Reading, Readings } from './readings.ts'
import { TimedHistogram } from './timed-histogram.ts'

export interface MetricsOptions {
  /** Attributes of the process. */
  resource: Attributes
  maxSeries: number
  buckets: number[]
  /** Whether measurements in a sampled span become exemplars. Default: true. */
  exemplars?: boolean
}

type Instrument = Histograms | Sums | Gauges | Readings | Observed

/** A letter, then letters, digits, `_`, `.`, `-`, `/`; at most 255 (OpenTelemetry, "Instrument name syntax"). */
const NAME = /^[a-zA-Z][a-zA-Z0-9_.\-/]{0,254}$/

export class Metrics {
  /** For OpenTelemetry's global API and what records through it. */
  readonly provider: Meters
  readonly buckets: number[]
  readonly #maxSeries: number
  readonly #exemplars: boolean
  readonly #resource: Attributes
  readonly #instruments = new Map<string, Instrument>()
  readonly #limit = new CountLimit('instruments', MAX_INSTRUMENTS)
  readonly #intervals: IntervalGauges[] = []
  readonly #callbacks = new Callbacks()
  /** Names of instruments by their names in Prometheus; two instruments may not have one. */
  readonly #exposed = new Map(RESERVED_NAMES.map((name) => [name, 'target_info']))

  constructor(options: MetricsOptions) {
    this.#maxSeries = options.maxSeries
    this.#resource = options.resource
    this.buckets = options.buckets
    this.#exemplars = options.exemplars ?? true
    this.provider = new Meters({
      maxSeries: options.maxSeries,
      exemplars: this.#exemplars,
      spanIn: (context) => trace.getSpanContext(isContext(context) ? context : activeContext()),
    })
  }

  counter(name: string, options: InstrumentOptions = {}): Counter {
    const sums = this.sums(describe(name, options), true)
    return {
      add(value, attributes) {
        sums.add(value === undefined ? 1 : value, attributes)
      },
    }
  }

  gauge(name: string, options: InstrumentOptions = {}): Gauge {
    const gauges = this.#instrument(name, Gauges, () => new Gauges(describe(name, options), this.#maxSeries))
    return {
      record(value, attributes) {
        gauges.record(value, attributes)
      },
    }
  }

  /** A gauge whose values `read` records at each collection; what it records no longer is gone. */
  observedGauge(name: string, options: InstrumentOptions, read: (gauge: Gauge) => void | Promise<void>): void {
    if (typeof read !== 'function')
      throw new TypeError(`gauge("${safeText(name)}", options, read) needs a function to read by`)
    const [maxSeries, callbacks] = [this.#maxSeries, this.#callbacks]
    const create = () =>
      new Observed(describe(name, options), { kind: 'gauge', maxSeries, callbacks, isCollected: true })
    const observed = this.#instrument(name, Observed, create)
    if (this.#instruments.get(name) !== observed) return
    observed.addCallback((result) => read({ record: (value, attributes) => result.observe(value, attributes) }))
  }

  histogram(name: string, options: HistogramOptions, active: () => SpanContext | undefined): Histogram {
    const described = describe(name, options)
    const buckets = bucketsOf(options)
    if (buckets !== undefined) checkBuckets(buckets, `the buckets of ${safeText(name)}`)
    const histograms = this.#histograms(described, buckets ?? boundsFor(described.unit, this.buckets))
    return new TimedHistogram(described.unit, (value, attributes) => histograms.record(value, attributes, active()))
  }

  histograms(described: Descriptor, bounds: number[]): Histograms {
    checkBuckets(bounds, `the buckets of ${described.name}`)
    return this.#histograms(described, bounds)
  }

  #histograms(described: Descriptor, bounds: number[]): Histograms {
    return this.#instrument(
      described.name,
      Histograms,
      () => new Histograms(described, this.#maxSeries, bounds, this.#exemplars),
    )
  }

  sums(described: Descriptor, isMonotonic: boolean): Sums {
    return this.#instrument(described.name, Sums, () => new Sums(described, this.#maxSeries, isMonotonic))
  }

  /** An UpDownCounter whose values `read` returns at each collection. */
  readings(described: Descriptor, read: () => Reading[]): Readings {
    return this.#instrument(described.name, Readings, () => new Readings(described, read))
  }

  /** Gauges of the library over the time since a reader's last collection. */
  intervalGauges(described: readonly Descriptor[], read: ReadInterval): void {
    this.#intervals.push(new IntervalGauges(described, read))
  }

  /**
   * Every point of the process at this moment. Waits for the callbacks of observable instruments.
   *
   * @param reader who collects: metrics of an interval are over the time since its last collection
   */
  async read(reader = 'scrape'): Promise<ResourceMetrics> {
    await Promise.all([this.provider.observe(), this.#callbacks.run()])
    return this.#points(reader)
  }

  /** The same without waiting, for a process that has no further turn of the event loop. */
  readNow(reader = 'scrape'): ResourceMetrics {
    this.provider.observeNow()
    this.#callbacks.runNow()
    return this.#points(reader)
  }

  /** Every instrument, for the library's own metrics about series. */
  get instruments(): Collected[] {
    return [...this.#instruments.values(), ...this.provider.instruments]
  }

  #points(reader: string): ResourceMetrics {
    const endTime = hrTime(Date.now())
    const metrics: MetricData[] = Array.from(this.#instruments.values(), (instrument) => instrument.collect(endTime))
    for (const gauges of this.#intervals) metrics.push(...gauges.collect(endTime, reader))
    return {
      resource: this.#resource,
      scopeMetrics: [{ scope: { name: SCOPE }, metrics }, ...this.provider.collect(endTime)],
    }
  }

  #instrument<T extends Instrument>(name: string, kind: new (...args: never[]) => T, create: () => T): T {
    const known = this.#instruments.get(name)
    if (known instanceof kind) return known
    if (known !== undefined) {
      throw new TypeError(`"${name}" is already an instrument of another kind; choose another name`)
    }
    if (typeof name !== 'string' || !NAME.test(name)) {
      const shown = typeof name === 'string' ? `"${name}"` : safeText(name)
      throw new TypeError(
        `${shown} is not a metric name: begin with a letter, then letters, digits, _ . - / (255 at most)`,
      )
    }
    const created = create()
    const exposed = namesOf(exposedName(name, created.descriptor.unit, created.kind), created.kind)
    const taken = exposed.find((one) => this.#exposed.has(one))
    if (taken !== undefined) {
      const other = this.#exposed.get(taken)
      throw new TypeError(`"${name}" would be "${taken}" in /metrics, as "${other}" is; choose another name`)
    }
    if (!this.#limit.admits(name)) return created
    for (const one of exposed) this.#exposed.set(one, name)
    this.#instruments.set(name, created)
    return created
  }
}

/** A user's instrument where metrics are off. */
export const noopInstrument: Counter & Gauge = {
  add: () => undefined,
  record: () => undefined,
}
