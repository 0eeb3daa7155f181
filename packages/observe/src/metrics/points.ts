/**
 * Collected metrics: points, grouped by instrument and scope. They have the shape of OpenTelemetry's SDK, so that tests can
 * compare the two; the SDK itself is not needed.
 */
import type { Attributes, HrTime, ValueType } from '@opentelemetry/api'

export interface Descriptor {
  name: string
  description: string
  unit: string
  /** Default: DOUBLE. */
  valueType?: ValueType
}

/** One measurement with the span it was recorded in. */
export interface Exemplar {
  value: number
  timeMs: number
  traceId: string
  spanId: string
}

/** Values are counted from the start of the process. */
export const CUMULATIVE = 1 as const

export const DataPointType = { HISTOGRAM: 0, GAUGE: 2, SUM: 3 } as const

export interface DataPoint<T> {
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly attributes: Attributes
  readonly value: T
}

export interface Histogram {
  buckets: {
    /** Upper bounds, ascending. */
    boundaries: number[]
    /** One more than there are bounds. */
    counts: number[]
  }
  sum?: number
  count: number
  min?: number
  max?: number
}

/** With the latest exemplar of each bucket. */
export interface HistogramPoint extends DataPoint<Histogram> {
  readonly exemplars: readonly (Exemplar | undefined)[]
}

interface Metric {
  readonly descriptor: Descriptor & { readonly valueType: ValueType }
  readonly aggregationTemporality: typeof CUMULATIVE
}

export interface SumMetric extends Metric {
  readonly dataPointType: typeof DataPointType.SUM
  readonly isMonotonic: boolean
  readonly dataPoints: DataPoint<number>[]
}

export interface GaugeMetric extends Metric {
  readonly dataPointType: typeof DataPointType.GAUGE
  readonly dataPoints: DataPoint<number>[]
}

export interface HistogramMetric extends Metric {
  readonly dataPointType: typeof DataPointType.HISTOGRAM
  readonly dataPoints: HistogramPoint[]
}

export type MetricData = SumMetric | GaugeMetric | HistogramMetric

export interface Scope {
  name: string
  version?: string
  schemaUrl?: string
}

export interface ScopeMetrics {
  scope: Scope
  metrics: MetricData[]
}

export interface ResourceMetrics {
  /** Attributes of the process. */
  resource: Attributes
  scopeMetrics: ScopeMetrics[]
}
