/**
 * The text of a `/metrics` page (Prometheus 0.0.4 and OpenMetrics) as OTLP/JSON metrics. A line that cannot be read is counted and
 * left out; the others are kept.
 */

export interface Exposed {
  metrics: object[]
  /** Lines that are no samples. */
  unread: number
}

interface Sample {
  labels: Record<string, string>
  value: number
}

interface Family {
  type: string
  help: string
  unit: string
  samples: Map<string, Sample[]>
}

export function fromExposition(text: string, now: number): Exposed {
  const families = new Map<string, Family>()
  let unread = 0
  const familyOf = (name: string): Family => {
    const family = families.get(name) ?? { type: '', help: '', unit: '', samples: new Map() }
    families.set(name, family)
    return family
  }
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (TYPE|HELP|UNIT) (\S+) ?(.*)$/.exec(line) ?? []
    if (keyword === 'TYPE') familyOf(name).type = rest.trim()
    else if (keyword === 'HELP') familyOf(name).help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\')
    else if (keyword === 'UNIT') familyOf(name).unit = rest
    else if (line.trim() !== '' && !line.startsWith('#') && !addSample(families, familyOf, line)) unread++
  }
  const metrics = [...families].flatMap(([name, family]) => metricOf(name, family, `${BigInt(now) * 1_000_000n}`))
  return { metrics, unread }
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/
const LABEL = /\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y

function addSample(families: Map<string, Family>, familyOf: (name: string) => Family, line: string): boolean {
  // An exemplar of OpenMetrics stands behind the value.
  const [, name, labelText = '', valueText = ''] = SAMPLE.exec(withoutExemplar(line)) ?? []
  if (name === undefined) return false
  const labels = labelsOf(labelText)
  const value = numberOf(valueText)
  if (!labels || value === undefined) return false
  const [, base = name, suffix = ''] = /^(.*?)(_bucket|_sum|_count|_total|_created)$/.exec(name) ?? []
  const owner = families.has(name) || !families.has(base) ? name : base
  const { samples } = familyOf(owner)
  const part = owner === name ? '' : suffix
  samples.set(part, [...(samples.get(part) ?? []), { labels, value }])
  return true
}

function withoutExemplar(line: string): string {
  const at = line.indexOf(' # {')
  return at < 0 ? line : line.slice(0, at)
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  for (let at = 0; at < text.trimEnd().length; at = LABEL.lastIndex) {
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || value === undefined) return undefined
    labels[name] = value.replace(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter))
  }
  return labels
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^nan$/i.test(text)) return Number.NaN
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

/** A family without a finite value has no points. */
function metricOf(name: string, { type, help, unit, samples }: Family, time: string): object[] {
  const plain = [...(samples.get('') ?? []), ...(samples.get('_total') ?? [])].filter(({ value }) =>
    Number.isFinite(value),
  )
  const described = { description: help, unit: unit || unitIn(name) }
  if (type === 'histogram' || type === 'summary') {
    const dataPoints = type === 'histogram' ? histogramPoints(samples, time) : summaryPoints(samples, time)
    const data =
      type === 'histogram' ? { histogram: { aggregationTemporality: 2, dataPoints } } : { summary: { dataPoints } }
    return dataPoints.length > 0 ? [{ name, ...described, ...data }] : []
  }
  if (plain.length === 0) return []
  const dataPoints = plain.map(({ labels, value }) => ({ ...pointOf(labels, time), asDouble: value }))
  const isCounter = type === 'counter' || (type === '' && name.endsWith('_total'))
  if (!isCounter) return [{ name, ...described, gauge: { dataPoints } }]
  const full = samples.has('_total') ? `${name}_total` : name
  return [{ name: full, ...described, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }]
}

/** Prometheus has the unit in the name. */
function unitIn(name: string): string {
  const [, unit = ''] = /_(seconds|milliseconds|bytes|ratio)(?:_total)?$/.exec(name) ?? []
  return { seconds: 's', milliseconds: 'ms', bytes: 'By', ratio: '1' }[unit] ?? ''
}

function pointOf(labels: Record<string, string>, timeUnixNano: string) {
  const attributes = Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  return { attributes, timeUnixNano }
}

/** Samples of one series, whatever the label that divides them is. */
function bySeries(samples: Sample[], without: string): Map<string, Sample[]> {
  return Map.groupBy(samples, ({ labels }) => seriesOf(labels, without))
}

function seriesOf(labels: Record<string, string>, without: string): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== without)
      .sort(),
  )
}

function totalsOf(samples: Map<string, Sample[]>, part: '_sum' | '_count', without: string): Map<string, number> {
  return new Map((samples.get(part) ?? []).map(({ labels, value }) => [seriesOf(labels, without), value]))
}

function histogramPoints(samples: Map<string, Sample[]>, time: string): object[] {
  const [sums, counts] = [totalsOf(samples, '_sum', 'le'), totalsOf(samples, '_count', 'le')]
  return [...bySeries(samples.get('_bucket') ?? [], 'le')].map(([series, buckets]) => {
    const sorted = buckets
      .map(({ labels, value }) => ({ bound: numberOf(labels.le ?? '') ?? Number.NaN, value }))
      .sort((a, b) => a.bound - b.bound)
    const cumulative = sorted.map(({ value }) => value)
    const last = cumulative.at(-1) ?? 0
    return {
      ...pointOf(Object.fromEntries(JSON.parse(series)), time),
      count: String(counts.get(series) ?? last),
      sum: finite(sums.get(series)),
      explicitBounds: sorted.map(({ bound }) => bound).filter(Number.isFinite),
      bucketCounts: cumulative.map((value, index) => String(Math.max(0, value - (cumulative[index - 1] ?? 0)))),
    }
  })
}

function summaryPoints(samples: Map<string, Sample[]>, time: string): object[] {
  const [sums, counts] = [totalsOf(samples, '_sum', 'quantile'), totalsOf(samples, '_count', 'quantile')]
  const quantiles = bySeries(samples.get('') ?? [], 'quantile')
  return [...new Set([...quantiles.keys(), ...counts.keys()])].map((series) => ({
    ...pointOf(Object.fromEntries(JSON.parse(series)), time),
    count: String(counts.get(series) ?? 0),
    sum: finite(sums.get(series)),
    quantileValues: (quantiles.get(series) ?? [])
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => ({ quantile: Number(labels.quantile), value })),
  }))
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0
}
