/**
 * Where measurements are added up, one kind of instrument each: histograms with exemplars, sums and gauges.
 * OpenTelemetry's readers see the cells as ordinary points.
 */
import { type Attributes, type HrTime, type SpanContext, TraceFlags, ValueType } from '@opentelemetry/api'
import type { MetricKind } from '../conventions/prometheus-names.ts'
import {
  CUMULATIVE,
  type DataPoint,
  DataPointType,
  type Descriptor,
  type Exemplar,
  type GaugeMetric,
  type HistogramMetric,
  type HistogramPoint,
  type SumMetric,
} from './points.ts'
import { Series } from './series.ts'

export class HistogramCell {
  readonly attributes: Attributes
  readonly counts: number[]
  readonly exemplars: (Exemplar | undefined)[]
  readonly #bounds: readonly number[]
  readonly #hasExemplars: boolean
  sum = 0
  count = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY

  constructor(attributes: Attributes, bounds: readonly number[], hasExemplars: boolean) {
    this.attributes = attributes
    this.#bounds = bounds
    this.#hasExemplars = hasExemplars
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
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (this.#hasExemplars && span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0) {
      this.exemplars[bucket] = { value, timeMs: Date.now(), traceId: span.traceId, spanId: span.spanId }
    }
  }
}

export class Histograms extends Series<HistogramCell> {
  readonly kind = 'histogram'
  readonly bounds: number[]
  readonly #hasExemplars: boolean

  constructor(descriptor: Descriptor, maxSeries: number, bounds: number[], hasExemplars: boolean) {
    super(descriptor, maxSeries)
    this.bounds = bounds
    this.#hasExemplars = hasExemplars
  }

  protected create(attributes: Attributes): HistogramCell {
    return new HistogramCell(attributes, this.bounds, this.#hasExemplars)
  }

  /** A negative value is rejected: the sum of a histogram is a counter. */
  record(value: unknown, attributes: Attributes | undefined, span: SpanContext | undefined): void {
    const accepted = this.accepted(value, 0)
    if (accepted !== undefined) this.of(attributes).record(accepted, span)
  }

  collect(endTime: HrTime): HistogramMetric {
    const dataPoints: HistogramPoint[] = []
    for (const cell of this.cells()) {
      const { attributes, counts, sum, count, min, max, exemplars } = cell
      const value = { buckets: { boundaries: this.bounds, counts: [...counts] }, sum, count, min, max }
      dataPoints.push({ startTime: this.startTime, endTime, attributes, value, exemplars: [...exemplars] })
    }
    return {
      descriptor: { ...this.descriptor, valueType: ValueType.DOUBLE },
      aggregationTemporality: CUMULATIVE,
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
  protected get valueType(): ValueType {
    return this.descriptor.valueType ?? ValueType.DOUBLE
  }

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
  readonly kind: MetricKind
  readonly #isMonotonic: boolean

  constructor(descriptor: Descriptor, maxSeries: number, isMonotonic: boolean) {
    super(descriptor, maxSeries)
    this.kind = isMonotonic ? 'counter' : 'gauge'
    this.#isMonotonic = isMonotonic
  }

  add(value: unknown, attributes: Attributes | undefined): void {
    const accepted = this.accepted(value, this.#isMonotonic ? 0 : Number.NEGATIVE_INFINITY)
    if (accepted !== undefined) this.of(attributes).value += accepted
  }

  collect(endTime: HrTime): SumMetric {
    return {
      descriptor: { ...this.descriptor, valueType: this.valueType },
      aggregationTemporality: CUMULATIVE,
      dataPointType: DataPointType.SUM,
      isMonotonic: this.#isMonotonic,
      dataPoints: this.points(endTime),
    }
  }
}

export class Gauges extends Values {
  readonly kind = 'gauge'

  /** An infinity and "not a number" are values of a gauge, unless it has whole numbers only. */
  record(value: unknown, attributes: Attributes | undefined): void {
    const isSpecial = typeof value === 'number' && !Number.isFinite(value) && this.valueType === ValueType.DOUBLE
    const accepted = isSpecial ? value : this.accepted(value, Number.NEGATIVE_INFINITY)
    if (accepted !== undefined) this.of(attributes).value = accepted
  }

  collect(endTime: HrTime): GaugeMetric {
    return {
      descriptor: { ...this.descriptor, valueType: this.valueType },
      aggregationTemporality: CUMULATIVE,
      dataPointType: DataPointType.GAUGE,
      dataPoints: this.points(endTime),
    }
  }
}
