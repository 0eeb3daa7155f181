/**
 * The metric signal: the library's own instruments and the user's, in cells; what other instrumentations record
 * through OpenTelemetry's API, in its SDK; and one collection over both.
 */
import type { SpanContext } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  type CollectionResult,
  type MetricProducer,
  MetricReader,
  type ResourceMetrics,
  MeterProvider as SdkMeterProvider,
} from '@opentelemetry/sdk-metrics'
import type { Counter, Gauge, Histogram, HistogramOptions, InstrumentOptions } from '../types.ts'
import { Gauges, Histograms, Sums } from './cells.ts'
import { hrTime } from './clock.ts'
import { exposedName } from './exposed-names.ts'
import { HTTP_BUCKETS, SCOPE } from './names.ts'
import { type Reading, Readings } from './readings.ts'
import type { Descriptor } from './series.ts'

export interface MetricsOptions {
  resource: Resource
  maxSeries: number
  buckets: number[]
}

type Instrument = Histograms | Sums | Gauges | Readings

/** Letters first, then letters, digits, `_`, `.`, `-`, `/`; at most 255 (OpenTelemetry, "Instrument name syntax"). */
const NAME = /^[a-zA-Z][a-zA-Z0-9_.\-/]{0,254}$/

export class Metrics implements MetricProducer {
  /** For OpenTelemetry's global API and what records through it. */
  readonly provider: SdkMeterProvider
  readonly buckets: number[]
  readonly #maxSeries: number
  readonly #resource: Resource
  readonly #reader: PullReader
  readonly #instruments = new Map<string, Instrument>()
  /** The instruments' names by those that Prometheus knows them by; two may not come to one. */
  readonly #exposed = new Map<string, string>()

  constructor(options: MetricsOptions) {
    this.#maxSeries = options.maxSeries
    this.#resource = options.resource
    this.buckets = options.buckets
    this.#reader = new PullReader({ metricProducers: [this] })
    this.provider = new SdkMeterProvider({ resource: options.resource, readers: [this.#reader] })
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

  /** Values that `read` gives whenever the metrics are read; a sum over their series makes sense. */
  readings(described: Descriptor, read: () => Reading[]): Readings {
    return this.#instrument(described.name, Readings, () => new Readings(described, read))
  }

  /** Every point of the process at this moment. */
  async read(): Promise<ResourceMetrics> {
    return (await this.#reader.collect()).resourceMetrics
  }

  /** Each instrument by name, for what is told of the metrics themselves. */
  get instruments(): ReadonlyMap<string, Instrument> {
    return this.#instruments
  }

  /** The points of the library's and the user's instruments alone, at once. */
  readOwn(): ResourceMetrics {
    const endTime = hrTime(Date.now())
    const metrics = Array.from(this.#instruments.values(), (instrument) => instrument.collect(endTime))
    return { resource: this.#resource, scopeMetrics: [{ scope: { name: SCOPE }, metrics }] }
  }

  collect(): Promise<CollectionResult> {
    return Promise.resolve({ resourceMetrics: this.readOwn(), errors: [] })
  }

  async shutdown(): Promise<void> {
    await this.provider.shutdown()
  }

  #instrument<T extends Instrument>(name: string, kind: new (...args: never[]) => T, create: () => T): T {
    const known = this.#instruments.get(name)
    if (known instanceof kind) return known
    if (known !== undefined) {
      throw new TypeError(`"${name}" is already an instrument of another kind; choose another name`)
    }
    if (!NAME.test(name)) {
      throw new TypeError(
        `"${name}" is not a metric name: begin with a letter, then letters, digits, _ . - / (255 at most)`,
      )
    }
    const created = create()
    const exposed = exposedName(name, created.descriptor.unit, 'counter')
    const other = this.#exposed.get(exposed)
    if (other !== undefined) {
      throw new TypeError(`"${name}" would be "${exposed}" in /metrics, as "${other}" is; choose another name`)
    }
    this.#exposed.set(exposed, name)
    this.#instruments.set(name, created)
    return created
  }
}

/** What a user's instrument is where metrics are off. */
export const nowhere: Counter & Gauge & Histogram = { add: () => undefined, record: () => undefined }

/** Throws unless `bounds` are finite, positive and ascending. */
export function checkBuckets(bounds: number[], what: string): void {
  bounds.forEach((bound, index) => {
    const previous = bounds[index - 1] ?? 0
    if (!Number.isFinite(bound) || bound <= previous) {
      const example = JSON.stringify(HTTP_BUCKETS.slice(0, 3))
      throw new RangeError(`${what} must be positive and ascending numbers, such as ${example}; found ${bound}`)
    }
  })
}

function describe(name: string, { description, unit }: InstrumentOptions): Descriptor {
  return { name, description: description ?? name, unit: unit ?? '' }
}

/** A reader that is asked; OpenTelemetry's PrometheusExporter would bring a serializer and a server besides. */
class PullReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}
