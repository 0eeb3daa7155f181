/**
 * Which metrics there are, or one of them over the period: its series with first, last, least and largest value.
 */

import type { Instrument, MetricSeries } from '../contract/contract.ts'
import { periodOf } from './period.ts'
import { redact } from './redact.ts'
import { BadRequest, type Given, limitOf, type Report, type RunQuery } from './report.ts'
import { clip, number, plural, table } from './text.ts'

const USUAL = 40
const MOST_SERIES = 20

export async function metricsReport(runQuery: RunQuery, given: Given): Promise<Report> {
  return given.name === undefined ? catalogue(runQuery, given) : oneMetric(runQuery, given, given.name)
}

async function catalogue(runQuery: RunQuery, given: Given): Promise<Report> {
  const { service } = given
  const { instruments } = await runQuery('/api/metrics', { ...periodOf(given), ...(service ? { service } : {}) })
  const listed = instruments.slice(0, limitOf(given, USUAL))
  const rows = listed.map(({ name, unit, type, services, series }) => [
    clip(name, 80),
    type,
    unit || '1',
    plural(series, 'series', 'series'),
    clip(services.join(', '), 80),
  ])
  const lines = rows.length > 0 ? table(rows) : ['No metric reported in this period.']
  if (instruments.length > listed.length) lines.push(`… and ${instruments.length - listed.length} more`)
  const [first] = listed
  const next = first ? [{ report: 'metrics' as const, given: { name: first.name }, why: 'one metric over time' }] : []
  return { lines, data: { instruments: listed }, next }
}

async function oneMetric(runQuery: RunQuery, given: Given, name: string): Promise<Report> {
  const period = periodOf(given)
  const { service, by } = given
  const { instruments } = await runQuery('/api/metrics', { ...period, ...(service ? { service } : {}) })
  const found = instruments.filter((instrument) => instrument.name === name)
  const [instrument] = found
  if (!instrument)
    throw new BadRequest(`No metric ${JSON.stringify(name)} in this period. ${nearest(name, instruments)}`)
  const { unit, type } = instrument
  const query = { ...period, name, unit, type, ...(service ? { service } : {}), ...(by ? { by } : {}) }
  const metric = await runQuery('/api/metric', query)
  const series = metric.series
    .slice(0, MOST_SERIES)
    .map(({ label, points }) => ({ label: String(redact(by ?? '', label)), ...trendOf(points) }))
  const lines = [
    `${name}, ${type}, ${metric.stat} in ${metric.unit || '1'}${instrument.description ? `: ${clip(instrument.description, 200)}` : ''}`,
    ...table([
      ['series', 'first', 'last', 'least', 'largest', 'mean', ''],
      ...series.map((each) => [
        clip(each.label, 100) || '(all)',
        ...[each.first, each.last, each.least, each.largest, each.mean].map(number),
        each.growing ? 'grows steadily' : '',
      ]),
    ]),
    ...(metric.left > 0 ? [`… and ${plural(metric.left, 'more series', 'more series')}`] : []),
    ...(instrument.attributes.length > 0 && !by
      ? [`Can be split by: ${clip(instrument.attributes.join(', '), 300)}`]
      : []),
  ]
  const traces = metric.exemplars.toSorted((a, b) => b.value - a.value).slice(0, 1)
  return {
    lines,
    data: { instrument, stat: metric.stat, unit: metric.unit, series },
    next: traces.map(({ traceId }) => ({
      report: 'trace',
      given: { id: traceId },
      why: 'the request of its largest exemplar',
    })),
  }
}

function nearest(name: string, instruments: Instrument[]): string {
  const words = name.toLowerCase().split(/[^a-z0-9]+/)
  const alike = instruments.filter((each) => words.some((word) => word.length > 2 && each.name.includes(word)))
  const names = (alike.length > 0 ? alike : instruments).slice(0, 10).map((each) => each.name)
  return names.length > 0 ? `There are: ${names.join(', ')}.` : 'There is none at all.'
}

export interface Trend {
  first: number | null
  last: number | null
  least: number | null
  largest: number | null
  mean: number | null
  /** It rose in nearly every step, by a tenth or more. */
  growing: boolean
}

const FEWEST_POINTS = 5

export function trendOf(points: MetricSeries['points']): Trend {
  const values = points.flatMap(({ value }) => value ?? [])
  const [first] = values
  const last = values.at(-1)
  if (first === undefined || last === undefined)
    return { first: null, last: null, least: null, largest: null, mean: null, growing: false }
  const changes = values
    .slice(1)
    .map((value, index) => value - (values[index] ?? 0))
    .filter((change) => change !== 0)
  const rises = changes.filter((change) => change > 0).length
  const growing =
    values.length >= FEWEST_POINTS &&
    rises >= changes.length * 0.8 &&
    last - first >= Math.abs(first) * 0.1 &&
    rises > 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { first, last, least: Math.min(...values), largest: Math.max(...values), mean, growing }
}
