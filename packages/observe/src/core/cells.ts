/**
 * Where measurements are added up: one cell per instrument and set of attributes. A cell is looked up by a short key,
 * so that a request's attributes are not hashed each time as OpenTelemetry's SDK does, and the number of cells is
 * capped, so that a hostile client cannot fill the memory. OpenTelemetry's readers see the cells as ordinary points.
 */
import { type Attributes, type HrTime, type SpanContext, TraceFlags, ValueType } from '@opentelemetry/api'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type GaugeMetricData,
  type Histogram as HistogramValue,
  type HistogramMetricData,
  type MetricData,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics'
import { hrTime } from './clock.ts'
import { OVERFLOW } from './names.ts'

/** One measurement with the trace it belongs to. */
export interface Exemplar {
  value: number
  timeMs: number
  traceId: string
  spanId: string
}

/** A histogram point with the latest exemplar of each bucket; OpenTelemetry's own points have no place for it. */
export interface ExemplarPoint extends DataPoint<HistogramValue> {
  readonly exemplars: readonly (Exemplar | undefined)[]
}

export interface Descriptor {
  name: string
  description: string
  unit: string
}

/** What every kind of instrument shares: finding a series, and the cap on their number. */
abstract class Series<Cell> {
  readonly descriptor: Descriptor
  readonly #maxSeries: number
  readonly #cells = new Map<string, Cell>()
  #overflow: Cell | undefined
  /** Measurements that went to the overflow series. */
  swallowed = 0
  readonly startTime: HrTime = hrTime(Date.now())

  constructor(descriptor: Descriptor, maxSeries: number) {
    this.descriptor = descriptor
    this.#maxSeries = maxSeries
  }

  protected abstract create(attributes: Attributes): Cell
  abstract collect(endTime: HrTime): MetricData

  get size(): number {
    return this.#cells.size
  }

  find(key: string): Cell | undefined {
    return this.#cells.get(key)
  }

  /** Adds the series of `key`; beyond the cap it is the overflow series. */
  open(key: string, attributes: Attributes): Cell {
    if (this.#cells.size >= this.#maxSeries) {
      this.swallowed += 1
      this.#overflow ??= this.create({ [OVERFLOW]: true })
      return this.#overflow
    }
    const cell = this.create(attributes)
    this.#cells.set(key, cell)
    return cell
  }

  /** The series of a user's attributes, in whatever order they were given. */
  of(attributes: Attributes | undefined): Cell {
    const key = attributes === undefined ? '' : keyOf(attributes)
    return this.find(key) ?? this.open(key, { ...attributes })
  }

  protected *cells(): Iterable<Cell> {
    yield* this.#cells.values()
    if (this.#overflow !== undefined) yield this.#overflow
  }
}

function keyOf(attributes: Attributes): string {
  const keys = Object.keys(attributes)
  if (keys.length > 1) keys.sort()
  let key = ''
  for (const name of keys) key += `${name}\0${String(attributes[name])}\0`
  return key
}

export class HistogramCell {
  readonly attributes: Attributes
  readonly counts: number[]
  readonly exemplars: (Exemplar | undefined)[]
  readonly #bounds: readonly number[]
  sum = 0
  count = 0

  constructor(attributes: Attributes, bounds: readonly number[]) {
    this.attributes = attributes
    this.#bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
    this.exemplars = new Array<Exemplar | undefined>(bounds.length + 1).fill(undefined)
  }

  /** Adds a value; a sampled span becomes the exemplar of its bucket. */
  record(value: number, span: SpanContext | undefined): void {
    let bucket = 0
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket += 1
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += value
    this.count += 1
    if (span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0) {
      this.exemplars[bucket] = { value, timeMs: Date.now(), traceId: span.traceId, spanId: span.spanId }
    }
  }
}

export class Histograms extends Series<HistogramCell> {
  readonly bounds: number[]

  constructor(descriptor: Descriptor, maxSeries: number, bounds: number[]) {
    super(descriptor, maxSeries)
    this.bounds = bounds
  }

  protected create(attributes: Attributes): HistogramCell {
    return new HistogramCell(attributes, this.bounds)
  }

  collect(endTime: HrTime): HistogramMetricData {
    const dataPoints: ExemplarPoint[] = []
    for (const cell of this.cells()) {
      const { attributes, counts, sum, count, exemplars } = cell
      const value = { buckets: { boundaries: this.bounds, counts: [...counts] }, sum, count }
      dataPoints.push({ startTime: this.startTime, endTime, attributes, value, exemplars: [...exemplars] })
    }
    return {
      descriptor: { ...this.descriptor, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints,
    }
  }
}

export class ValueCell {
  readonly attributes: Attributes
  value = 0

  constructor(attributes: Attributes) {
    this.attributes = attributes
  }
}

abstract class Values extends Series<ValueCell> {
  protected create(attributes: Attributes): ValueCell {
    return new ValueCell(attributes)
  }

  protected points(endTime: HrTime): DataPoint<number>[] {
    return Array.from(this.cells(), ({ attributes, value }) => ({
      startTime: this.startTime,
      endTime,
      attributes,
      value,
    }))
  }
}

export class Sums extends Values {
  readonly #isMonotonic: boolean

  constructor(descriptor: Descriptor, maxSeries: number, isMonotonic: boolean) {
    super(descriptor, maxSeries)
    this.#isMonotonic = isMonotonic
  }

  collect(endTime: HrTime): SumMetricData {
    return {
      descriptor: { ...this.descriptor, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.SUM,
      isMonotonic: this.#isMonotonic,
      dataPoints: this.points(endTime),
    }
  }
}

export class Gauges extends Values {
  collect(endTime: HrTime): GaugeMetricData {
    return {
      descriptor: { ...this.descriptor, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.GAUGE,
      dataPoints: this.points(endTime),
    }
  }
}

/** Any instrument that adds up in cells. */
export type Instrument = Histograms | Sums | Gauges
