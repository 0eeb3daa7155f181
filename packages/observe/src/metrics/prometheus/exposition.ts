/**
 * Writes metric points as text for Prometheus: the classic format
 * (https://prometheus.io/docs/instrumenting/exposition_formats/) and OpenMetrics 1.0 with exemplars
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/), with the names of OpenTelemetry's compatibility specification
 * (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
 */
import type { Attributes } from '@opentelemetry/api'
import type { MetricKind } from '../../conventions/prometheus-names.ts'
import { addHistogram, addNumber, takeLast } from '../point-sums.ts'
import type { Exemplar } from '../points.ts'
import { type DataPoint, DataPointType, type HistogramPoint, type MetricData, type ResourceMetrics } from '../points.ts'
import { distinct } from './distinct.ts'
import { DefaultLabels, joinLabels, labelsOf } from './exposed-labels.ts'
import { type Family, familiesOf, type NameConflict } from './families.ts'

export type Format = 'text' | 'openmetrics'

export const CONTENT_TYPES: Record<Format, string> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** The format for an Accept header: OpenMetrics where it is named. */
export function formatFor(accept: string | undefined): Format {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'text'
}

/** Lines joined at a time: some 100 KB, in well under a millisecond. */
const SLICE_LINES = 512

export interface ExpositionOptions {
  /** Called for each instrument that is left out because another has its name. */
  onConflict?: (conflict: NameConflict) => void
  /** Called for each series that several sets of an instrument's attributes give. */
  onDuplicate?: (duplicate: DuplicateSeries) => void
  sliceLines?: number
  /** Labels of each series that has none of that name. */
  labels?: Readonly<Record<string, string>>
}

/** Attributes that differ in OpenTelemetry and give the same labels in Prometheus. */
export interface DuplicateSeries {
  /** Such as `counter "visits" of "@lab/observe"`. */
  instrument: string
  labels: string
}

/** The page that is being written. */
interface Page extends Required<Omit<ExpositionOptions, 'labels'>> {
  format: Format
  lines: string[]
  labels: DefaultLabels
}

/** `metrics` as text in slices of whole lines; an empty slice only gives the caller a place to yield. */
export function* exposition(
  { resource, scopeMetrics }: ResourceMetrics,
  format: Format,
  options: ExpositionOptions = {},
): Generator<string> {
  const { onConflict = () => undefined, onDuplicate = () => undefined, sliceLines = SLICE_LINES } = options
  const labels = new DefaultLabels(options.labels ?? {})
  const page: Page = { format, lines: [], onConflict, onDuplicate, sliceLines, labels }
  exposeTarget(page, resource)
  for (const family of familiesOf(scopeMetrics, onConflict)) yield* exposeFamily(page, family)
  if (format === 'openmetrics') page.lines.push('# EOF')
  if (page.lines.length > 0) yield slice(page)
}

/** Takes the lines so far. */
function slice({ lines }: Page): string {
  const text = `${lines.join('\n')}\n`
  lines.length = 0
  return text
}

function exposeTarget({ format, lines }: Page, attributes: Attributes): void {
  const [type, name] = format === 'openmetrics' ? ['info', 'target'] : ['gauge', 'target_info']
  lines.push(`# HELP ${name} The service that is measured.`, `# TYPE ${name} ${type}`)
  lines.push(`target_info{${labelsOf(attributes)}} 1`)
}

function* exposeFamily(page: Page, family: Family): Generator<string> {
  const { format, lines } = page
  const { name, kind, unit } = family
  const sample = sampleName(family)
  const title = format === 'openmetrics' ? name : sample
  lines.push(`# HELP ${title} ${escapeHelp(family.help, format)}`, `# TYPE ${title} ${typeOf(title, kind, format)}`)
  if (format === 'openmetrics' && unit !== '') lines.push(`# UNIT ${title} ${unit}`)
  for (const { data, scope, label } of family.metrics) {
    const onDuplicate = (labels: string) => page.onDuplicate({ instrument: label, labels })
    yield* exposePoints(page, family, data, { extra: scope, onDuplicate })
  }
}

/**
 * Prometheus' linter refuses a gauge whose name ends like a histogram's samples (`db_client_connection_count`); it accepts one
 * without a type.
 */
function typeOf(title: string, kind: MetricKind, format: Format): string {
  if (kind !== 'gauge' || !/_(?:count|sum|bucket)$/.test(title)) return kind
  return format === 'openmetrics' ? 'unknown' : 'untyped'
}

function sampleName({ name, kind }: Family): string {
  return kind === 'counter' ? `${name}_total` : name
}

function* exposePoints(
  page: Page,
  family: Family,
  data: MetricData,
  { extra, onDuplicate }: { extra: string; onDuplicate: (labels: string) => void },
): Generator<string> {
  const { lines, sliceLines } = page
  if (data.dataPointType === DataPointType.HISTOGRAM) {
    for (const point of yield* distinct(data.dataPoints, { join: addHistogram, onDuplicate, pause: sliceLines })) {
      exposeHistogram(page, family.name, point, extra)
      if (lines.length >= sliceLines) yield slice(page)
    }
  } else {
    const sample = sampleName(family)
    const join = data.dataPointType === DataPointType.GAUGE ? takeLast : addNumber
    for (const point of yield* distinct(data.dataPoints, { join, onDuplicate, pause: sliceLines })) {
      exposeValue(page, sample, point, extra)
      if (lines.length >= sliceLines) yield slice(page)
    }
  }
}

function exposeValue({ lines, labels: own }: Page, sample: string, point: DataPoint<number>, extra: string): void {
  const labels = own.addTo(joinLabels(labelsOf(point.attributes), extra))
  lines.push(`${sample}${labels === '' ? '' : `{${labels}}`} ${numberText(point.value)}`)
}

function exposeHistogram(
  { lines, format, labels: own }: Page,
  name: string,
  point: HistogramPoint,
  extra: string,
): void {
  const { buckets, count, sum } = point.value
  const labels = own.addTo(joinLabels(labelsOf(point.attributes), extra))
  const before = `${name}_bucket{${labels === '' ? '' : `${labels},`}le="`
  let cumulative = 0
  for (let index = 0; index < buckets.counts.length; index += 1) {
    cumulative += buckets.counts[index] ?? 0
    const exemplar = format === 'openmetrics' ? exemplarText(point.exemplars[index]) : ''
    lines.push(`${before}${boundText(buckets.boundaries[index], format)}"} ${cumulative}${exemplar}`)
  }
  const braces = labels === '' ? '' : `{${labels}}`
  lines.push(`${name}_sum${braces} ${numberText(sum ?? 0)}`, `${name}_count${braces} ${count}`)
}

/** At most 128 characters of labels are allowed; two ids take 66. */
function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return ''
  const { traceId, spanId, value, timeMs } = exemplar
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${timeMs / 1000}`
}

function boundText(bound: number | undefined, format: Format): string {
  if (bound === undefined) return '+Inf'
  // OpenMetrics writes whole bounds as 1.0, so that they are the same string everywhere.
  return format === 'openmetrics' && Number.isInteger(bound) ? bound.toFixed(1) : String(bound)
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

function escapeHelp(help: string, format: Format): string {
  const escaped = help.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped
}
