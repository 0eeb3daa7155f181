/**
 * The metric signal: the instruments of the library and of the user, those that other instrumentations make through
 * OpenTelemetry's API, and one collection of them all, with or without waiting for callbacks.
 */
import { type SpanContext, trace } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { activeContext } from '../context/context.ts'
import { SCOPE } from '../conventions/names.ts'
import { exposedName, namesOf } from '../conventions/prometheus-names.ts'
import { checkBuckets } from '../settings/buckets.ts'
import { hrTime } from '../time/clock.ts'
import type { Counter, Gauge, Histogram, HistogramOptions, InstrumentOptions } from '../types.ts'
import { Gauges, Histograms, Sums } from './cells.ts'
import { type Collected, Meters } from './meters.ts'
import type { Descriptor, ResourceMetrics } from './points.ts'
import { type Reading, Readings } from './readings.ts'

export interface MetricsOptions {
  resource: Resource
  maxSeries: number
  buckets: number[]
}

type Instrument = Histograms | Sums | Gauges | Readings

/** A letter, then batches, digits, `_`, `.`, `-`, `/`; at most 255 (OpenTelemetry, "Instrument name syntax"). */
const NAME = /^[a-zA-Z][a-zA-Z0-9_.\-/]{0,254}$/

export class Metrics {
  /** For OpenTelemetry's global API and what records through it. */
  readonly provider: Meters
  readonly buckets: number[]
  readonly #maxSeries: number
  readonly #resource: Resource
  readonly #instruments = new Map<string, Instrument>()
  /** Names of instruments by their names in Prometheus; two instruments may not have one. */
  readonly #exposed = new Map<string, string>()

  constructor(options: MetricsOptions) {
    this.#maxSeries = options.maxSeries
    this.#resource = options.resource
    this.buckets = options.buckets
    this.provider = new Meters({
      maxSeries: options.maxSeries,
      spanIn: (context) => trace.getSpanContext(context ?? activeContext()),
    })
  }

  counter(name: string, options: InstrumentOptions = {}): Counter {
    const sums = this.sums(describe(name, options), true)
    return {
      add(value, attributes) {
        const added = value ?? 1
        if (added >= 0 && Number.isFinite(added)) sums.of(attributes).value += added
      },
    }
  }

  gauge(name: string, options: InstrumentOptions = {}): Gauge {
    const gauges = this.#instrument(name, Gauges, () => new Gauges(describe(name, options), this.#maxSeries))
    return {
      record(value, attributes) {
        gauges.of(attributes).value = value
      },
    }
  }

  histogram(name: string, options: HistogramOptions, active: () => SpanContext | undefined): Histogram {
    const histograms = this.histograms(describe(name, options), options.buckets ?? this.buckets)
    return {
      record(value, attributes) {
        if (Number.isFinite(value)) histograms.of(attributes).record(value, active())
      },
    }
  }

  histograms(described: Descriptor, bounds: number[]): Histograms {
    checkBuckets(bounds, `the buckets of ${described.name}`)
    return this.#instrument(described.name, Histograms, () => new Histograms(described, this.#maxSeries, bounds))
  }

  sums(described: Descriptor, isMonotonic: boolean): Sums {
    return this.#instrument(described.name, Sums, () => new Sums(described, this.#maxSeries, isMonotonic))
  }

  /** An UpDownCounter whose values `read` returns at each collection. */
  readings(described: Descriptor, read: () => Reading[]): Readings {
    return this.#instrument(described.name, Readings, () => new Readings(described, read))
  }

  /** Every point of the process at this moment. Waits for the callbacks of observable instruments. */
  async read(): Promise<ResourceMetrics> {
    await this.provider.observe()
    return this.#points()
  }

  /** The same without waiting, for a process that has no further turn of the event loop. */
  readNow(): ResourceMetrics {
    this.provider.observeNow()
    return this.#points()
  }

  /** Every instrument, for the library's own metrics about series. */
  get instruments(): Collected[] {
    return [...this.#instruments.values(), ...this.provider.instruments]
  }

  #points(): ResourceMetrics {
    const endTime = hrTime(Date.now())
    const metrics = Array.from(this.#instruments.values(), (instrument) => instrument.collect(endTime))
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
    if (!NAME.test(name)) {
      throw new TypeError(
        `"${name}" is not a metric name: begin with a letter, then batches, digits, _ . - / (255 at most)`,
      )
    }
    const created = create()
    const exposed = namesOf(exposedName(name, created.descriptor.unit, created.kind), created.kind)
    const taken = exposed.find((one) => this.#exposed.has(one))
    if (taken !== undefined) {
      const other = this.#exposed.get(taken)
      throw new TypeError(`"${name}" would be "${taken}" in /metrics, as "${other}" is; choose another name`)
    }
    for (const one of exposed) this.#exposed.set(one, name)
    this.#instruments.set(name, created)
    return created
  }
}

/** A user's instrument where metrics are off. */
export const noopInstrument: Counter & Gauge & Histogram = { add: () => undefined, record: () => undefined }

function describe(name: string, { description, unit }: InstrumentOptions): Descriptor {
  return { name, description: description ?? name, unit: unit ?? '' }
}
