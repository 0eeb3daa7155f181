/**
 * Metric points as OTLP (opentelemetry/proto/metrics/v1), with exemplars, which OpenTelemetry's own exporter does not send.
 */
import { ValueType } from '@opentelemetry/api'
import { safeText } from '../conventions/thrown.ts'
import type { Exemplar } from '../metrics/points.ts'
import {
  type DataPoint,
  DataPointType,
  type HistogramPoint,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '../metrics/points.ts'
import { hrTime } from '../time/clock.ts'
import { ProtobufWriter, SPAN_ID_BYTES, TRACE_ID_BYTES } from './protobuf.ts'
import type { Records } from './record-batch.ts'
import { pointCount } from './split.ts'
import { coercedText, writeAttributes } from './values.ts'

/** The largest number below 2^63. */
const MAX_INT64 = 2 ** 63 - 1024

/** OTLP: 1 is delta, 2 is cumulative. */
const CUMULATIVE = 2

/** Collections that wait for the next request; each is a complete export request. */
export class MetricBatch implements Records {
  #requests: Buffer[] = []
  #points = 0
  #bytes = 0
  readonly invalid = { count: 0, reason: '' }

  /** Data points since the last `take`. */
  get count(): number {
    return this.#points
  }

  get bytes(): number {
    return this.#bytes
  }

  add({ resource, scopeMetrics }: ResourceMetrics): void {
    const writer = new ProtobufWriter()
    const all = writer.begin(1)
    const described = writer.begin(1)
    writeAttributes(writer, 1, resource)
    writer.end(described)
    for (const scope of scopeMetrics) this.#addScope(writer, scope)
    writer.end(all)
    const request = writer.take()
    this.#requests.push(request)
    this.#bytes += request.length
  }

  countOf(request: Buffer): number {
    return pointCount(request)
  }

  take(): Buffer {
    const request = Buffer.concat(this.#requests)
    this.#requests = []
    this.#points = 0
    this.#bytes = 0
    return request
  }

  #addScope(writer: ProtobufWriter, { scope, metrics }: ScopeMetrics): void {
    const group = writer.begin(2)
    const named = writer.begin(1)
    writer.string(1, coercedText(scope.name))
    if (scope.version !== undefined) writer.string(2, coercedText(scope.version))
    writer.end(named)
    if (scope.schemaUrl !== undefined) writer.string(3, coercedText(scope.schemaUrl))
    for (const metric of metrics) {
      if (metric.dataPoints.length === 0) continue
      const start = writer.length
      try {
        writeMetric(writer, metric)
        this.#points += metric.dataPoints.length
      } catch (error) {
        writer.truncate(start)
        this.invalid.count += metric.dataPoints.length
        this.invalid.reason = safeText(error)
      }
    }
    writer.end(group)
  }
}

function writeMetric(writer: ProtobufWriter, metric: MetricData): void {
  const start = writer.begin(2)
  writer.string(1, coercedText(metric.descriptor.name))
  writer.string(2, coercedText(metric.descriptor.description))
  writer.string(3, coercedText(metric.descriptor.unit))
  // Gauge 5, Sum 7, Histogram 9.
  switch (metric.dataPointType) {
    case DataPointType.GAUGE: {
      const gauge = writer.begin(5)
      for (const point of metric.dataPoints) writeNumber(writer, point, metric.descriptor.valueType)
      writer.end(gauge)
      break
    }
    case DataPointType.SUM: {
      const sum = writer.begin(7)
      for (const point of metric.dataPoints) writeNumber(writer, point, metric.descriptor.valueType)
      writer.varint(2, CUMULATIVE)
      writer.varint(3, metric.isMonotonic ? 1 : 0)
      writer.end(sum)
      break
    }
    case DataPointType.HISTOGRAM: {
      const histogram = writer.begin(9)
      for (const point of metric.dataPoints) writeHistogram(writer, point)
      writer.varint(2, CUMULATIVE)
      writer.end(histogram)
      break
    }
  }
  writer.end(start)
}

function writeNumber(
  writer: ProtobufWriter,
  { attributes, startTime, endTime, value }: DataPoint<number>,
  valueType: ValueType,
): void {
  const start = writer.begin(1)
  writer.time(2, startTime)
  writer.time(3, endTime)
  if (valueType === ValueType.INT) writer.sfixed64(6, int64(value))
  else writer.double(4, value)
  writeAttributes(writer, 7, attributes)
  writer.end(start)
}

/** A sum may leave the range of int64; the nearest value in it is sent. */
function int64(value: number): bigint {
  return BigInt(Math.max(Math.min(value, MAX_INT64), -MAX_INT64))
}

function writeHistogram(writer: ProtobufWriter, point: HistogramPoint): void {
  const { buckets, count, sum, min, max } = point.value
  const start = writer.begin(1)
  writer.time(2, point.startTime)
  writer.time(3, point.endTime)
  writer.fixed64(4, count)
  if (sum !== undefined) writer.double(5, sum)
  for (const bucket of buckets.counts) writer.fixed64(6, bucket)
  for (const bound of buckets.boundaries) writer.double(7, bound)
  for (const exemplar of point.exemplars) if (exemplar !== undefined) writeExemplar(writer, exemplar)
  writeAttributes(writer, 9, point.attributes)
  if (min !== undefined) writer.double(11, min)
  if (max !== undefined) writer.double(12, max)
  writer.end(start)
}

function writeExemplar(writer: ProtobufWriter, { value, timeMs, traceId, spanId }: Exemplar): void {
  const start = writer.begin(8)
  writer.time(2, hrTime(timeMs))
  writer.double(3, value)
  writer.hex(4, spanId, SPAN_ID_BYTES)
  writer.hex(5, traceId, TRACE_ID_BYTES)
  writer.end(start)
}
