/**
 * Time series of the services during a run: from Prometheus where there is one, else from the console.
 */
import { z } from 'zod'
import type { Server } from '../record/record.ts'
import { type Measure, measures } from './measures.ts'

export interface Span {
  /** Epoch milliseconds. */
  from: number
  to: number
  /** Seconds. */
  step: number
}

export type Measured = Pick<Server, 'measures' | 'alerts'> & { missing: string[] }

type Series = Server['measures'][number]['series']

const TIMEOUT_MS = 10_000

/** What Prometheus at `url` has. A measure that it refuses is missing, with the reason. */
export function fromPrometheus(url: string, span: Span): Promise<Measured> {
  return collect(
    (measure) => prometheusSeries(url, measure.promql, span, 'job'),
    () => alertsOf(url, span),
  )
}

/** What the console at `url` has. It has no alerts. */
export function fromConsole(url: string, span: Span): Promise<Measured> {
  return collect(
    (measure) => consoleSeries(url, measure, span),
    async () => [],
  )
}

async function collect(
  read: (measure: Measure) => Promise<Series>,
  readAlerts: () => Promise<Server['alerts']>,
): Promise<Measured> {
  const missing: string[] = []
  const found: Server['measures'] = []
  for (const measure of measures) {
    try {
      const series = await read(measure)
      if (series.length > 0) found.push({ name: measure.name, unit: measure.unit, series })
    } catch (error) {
      missing.push(`${measure.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const alerts = await readAlerts().catch((error) => {
    missing.push(`alerts: ${error.message}`)
    return []
  })
  return { measures: found, alerts, missing }
}

const rangeShape = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
})

async function queryRange(url: string, query: string, { from, to, step }: Span) {
  const parameters = new URLSearchParams({
    query,
    start: String(from / 1000),
    end: String(to / 1000),
    step: String(step),
  })
  return rangeShape.parse(await readJson(`${url}/api/v1/query_range?${parameters}`)).data.result
}

async function prometheusSeries(url: string, query: string, span: Span, label: string): Promise<Series> {
  const times = timesOf(span)
  return (await queryRange(url, query, span)).map(({ metric, values }) => {
    const byTime = new Map(
      values.map(([time, value]) => [Math.round((time * 1000 - span.from) / 1000 / span.step), Number(value)]),
    )
    return { service: metric[label] ?? '', values: times.map((_, index) => finite(byTime.get(index))) }
  })
}

/** Each alert that was pending or firing, from when to when, in seconds since the start. */
async function alertsOf(url: string, span: Span): Promise<Server['alerts']> {
  return (await queryRange(url, 'ALERTS', span)).map(({ metric, values }) => ({
    name: metric.alertname ?? '',
    service: metric.job ?? '',
    state: metric.alertstate ?? '',
    from: round((values[0]?.[0] ?? 0) - span.from / 1000),
    to: round((values.at(-1)?.[0] ?? 0) - span.from / 1000),
  }))
}

const metricShape = z.object({
  step: z.number(),
  series: z.array(
    z.object({ label: z.string(), points: z.array(z.object({ time: z.number(), value: z.number().nullable() })) }),
  ),
})

async function consoleSeries(url: string, measure: Measure, span: Span): Promise<Series> {
  if (!measure.console) return []
  const { name, stat, factor = 1 } = measure.console
  const parameters = new URLSearchParams({
    name,
    by: 'service.name',
    from: String(span.from),
    to: String(span.to),
    step: String(span.step * 1000),
    ...(stat && { stat }),
  })
  const { series } = metricShape.parse(await readJson(`${url}/api/metric?${parameters}`))
  return series.map(({ label, points }) => ({
    service: label,
    values: timesOf(span).map((time) => {
      const point = points.findLast((one) => one.time <= time)
      return point?.value == null ? null : finite(point.value * factor)
    }),
  }))
}

function timesOf({ from, to, step }: Span): number[] {
  return Array.from({ length: Math.floor((to - from) / 1000 / step) + 1 }, (_, index) => from + index * step * 1000)
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(4))
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}: ${text.slice(0, 200)}`)
  return JSON.parse(text)
}
