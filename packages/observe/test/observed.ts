/**
 * Reads what an `Observe` has recorded of requests, and holds the three signals against each other: each request is one
 * server span, one log line and one measurement, and they agree.
 */
import { expect } from 'vitest'
import type { FinishedSpan, LogLine, TestObserve } from '../src/testing.ts'
import { parseMetrics } from './strict-metrics.ts'

/** One request, as the span and the line tell it. */
export interface Observed {
  span: FinishedSpan
  line: LogLine
}

const DURATION = 'http_server_request_duration_seconds'

interface Series {
  labels: Record<string, string>
  count: number
  sum: number
}

/** Reads one test's requests after another; what `next` has read is forgotten. */
export class Reader {
  readonly #obs: TestObserve
  #known = new Map<string, Series>()

  constructor(obs: TestObserve) {
    this.#obs = obs
  }

  /** Waits for `count` requests and no more, checks that their signals agree, and gives them in the order of their ends. */
  async next(count = 1): Promise<Observed[]> {
    const spans = () => this.#obs.spans.filter(({ kind }) => kind === 'server')
    const lines = () => this.#obs.lines.filter(isRequest)
    await this.#obs.until(() => spans().length >= count && lines().length >= count)
    // Whatever would end a request a second time comes within the same turns of the event loop.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect({ spans: spans().length, lines: lines().length }).toEqual({ spans: count, lines: count })
    const measured = await this.#measured()
    expect(measured.reduce((sum, series) => sum + series.count, 0)).toBe(count)
    if (count === 1) expect(await this.#exemplars()).toContain(the(spans()[0]).traceId)
    const observed = lines().map((line) => ({ line, span: the(spans().find(({ spanId }) => spanId === line.span_id)) }))
    for (const exchange of observed) checkAgreement(exchange, measured, count === 1)
    return observed
  }

  /** The only request since the last reading. */
  async one(): Promise<Observed> {
    return the((await this.next())[0])
  }

  /** The trace ids that the histogram points to. */
  async #exemplars(): Promise<unknown[]> {
    const { body } = await this.#obs.scrape('application/openmetrics-text; version=1.0.0')
    const family = parseMetrics(body, 'openmetrics').get(DURATION)
    return family?.samples.map(({ exemplar }) => exemplar?.labels.trace_id) ?? []
  }

  /** The measurements since the last reading. */
  async #measured(): Promise<Series[]> {
    const now = seriesOf((await this.#obs.scrape()).body)
    const before = this.#known
    this.#known = now
    return Array.from(now, ([key, { labels, count, sum }]) => ({
      labels,
      count: count - (before.get(key)?.count ?? 0),
      sum: sum - (before.get(key)?.sum ?? 0),
    })).filter(({ count }) => count > 0)
  }
}

function isRequest(line: LogLine): boolean {
  return typeof line.duration_ms === 'number'
}

/** `value`, which must be there. */
export function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected it to be there')
  return value
}

function checkAgreement({ span, line }: Observed, measured: Series[], alone: boolean): void {
  const method = String(span.attributes['http.request.method'])
  const route = span.attributes['http.route']
  const status = span.attributes['http.response.status_code']
  const shown = method === '_OTHER' ? 'HTTP' : method
  expect(span.name).toBe(route === undefined ? shown : `${shown} ${route}`)
  expect(line).toMatchObject({ trace_id: span.traceId, span_id: span.spanId })
  expect(line.route).toBe(route)
  expect(line.status).toBe(status)
  expect(Math.abs(Number(line.duration_ms) - span.durationMs)).toBeLessThan(0.01)
  const series = measured.find(
    ({ labels }) =>
      labels.http_request_method === method &&
      labels.http_route === route &&
      labels.http_response_status_code === (status === undefined ? undefined : String(status)) &&
      labels.error_type === span.attributes['error.type'],
  )
  expect(series, `a series for ${span.name} ${status}`).toBeDefined()
  if (alone) expect(Math.abs(the(series).sum * 1000 - span.durationMs)).toBeLessThan(0.01)
}

function seriesOf(text: string): Map<string, Series> {
  const series = new Map<string, Series>()
  for (const { name, labels, value } of parseMetrics(text, 'text').get(DURATION)?.samples ?? []) {
    const key = JSON.stringify(labels)
    const known = series.get(key) ?? { labels, count: 0, sum: 0 }
    if (name === `${DURATION}_count`) series.set(key, { ...known, count: value })
    if (name === `${DURATION}_sum`) series.set(key, { ...known, sum: value })
  }
  return series
}
