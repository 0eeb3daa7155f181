/**
 * Asks the backends what they have, through the same API as Grafana and people do.
 */

async function getJson<T>(url: string, parameters: Record<string, string> = {}): Promise<T> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`)
  const text = await response.text()
  if (!response.ok)
    throw new Error(`${url} ${JSON.stringify(parameters)} answers ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** The instant value of an expression; throws where it has none. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export async function queryPrometheus(url: string, query: string): Promise<Series[]> {
  type Answer = { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
  const { data } = await getJson<Answer>(`${url}/api/v1/query`, { query })
  if (data.result.length === 0) throw new Error(`${query} has no value`)
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
}

/** The names of all labels of some series, within the last ten minutes. */
export async function prometheusLabels(url: string, selector: string): Promise<string[]> {
  return (await getJson<{ data: string[] }>(`${url}/api/v1/labels`, recent(selector))).data
}

export async function labelValues(url: string, label: string, selector: string): Promise<string[]> {
  return (await getJson<{ data: string[] }>(`${url}/api/v1/label/${label}/values`, recent(selector))).data
}

function recent(selector: string): Record<string, string> {
  return { 'match[]': selector, start: String(Date.now() / 1000 - 600) }
}

/** The sum of what the first group of `pattern` finds at a service's own /metrics. */
export async function sampleSum(metrics: string, pattern: RegExp): Promise<number> {
  const text = await (await fetch(metrics)).text()
  return Array.from(text.matchAll(pattern), ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0)
}

export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>
  readonly value: string
  /** Seconds since 1970. */
  readonly timestamp: number
}

export async function queryExemplars(url: string, query: string): Promise<Exemplar[]> {
  const now = Date.now() / 1000
  type Answer = { data: { exemplars: Exemplar[] }[] }
  const range = { start: String(now - 600), end: String(now + 60) }
  const { data } = await getJson<Answer>(`${url}/api/v1/query_exemplars`, { query, ...range })
  return data.flatMap(({ exemplars }) => exemplars)
}

export interface JaegerSpan {
  readonly operationName: string
  readonly service: string
  readonly logs: readonly unknown[]
}

/** All spans of a trace; throws where Jaeger does not know it. */
export async function findTrace(url: string, traceId: string): Promise<JaegerSpan[]> {
  type Span = { operationName: string; processID: string; logs: unknown[] }
  type Answer = { data: { spans: Span[]; processes: Record<string, { serviceName: string }> }[] }
  const { data } = await getJson<Answer>(`${url}/api/traces/${traceId}`)
  return data.flatMap(({ spans, processes }) =>
    spans.map(({ operationName, processID, logs }) => ({
      operationName,
      service: processes[processID]?.serviceName ?? '',
      logs,
    })),
  )
}

/** How many traces of the last ten minutes a service took part in; it may be 5,000 at most. */
export async function countTraces(url: string, service: string): Promise<number> {
  const start = String((Date.now() - 600_000) * 1000)
  const { data } = await getJson<{ data: unknown[] }>(`${url}/api/traces`, { service, start, limit: '5000' })
  return data.length
}

/** The points of a series of Jaeger's service performance. https://www.jaegertracing.io/docs/latest/architecture/spm/ */
export async function findPerformance(
  url: string,
  metric: 'calls' | 'latencies' | 'errors',
  service: string,
): Promise<number[]> {
  type Answer = { metrics?: { metricPoints?: { gaugeValue?: { doubleValue?: number | string } }[] }[] }
  const { metrics = [] } = await getJson<Answer>(`${url}/api/metrics/${metric}`, {
    service,
    lookback: '300000',
    step: '5000',
    ratePer: '60000',
    spanKind: 'server',
    ...(metric === 'latencies' && { quantile: '0.95' }),
  })
  const points = metrics.flatMap(({ metricPoints = [] }) => metricPoints)
  return points.map(({ gaugeValue }) => Number(gaugeValue?.doubleValue)).filter((value) => !Number.isNaN(value))
}

export interface LogLine {
  /** Index labels and structured metadata. */
  readonly fields: Readonly<Record<string, string>>
  readonly text: string
}

/** Lines of the last ten minutes, newest first. https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
export async function queryLoki(url: string, query: string): Promise<LogLine[]> {
  type Answer = { data: { result: { stream: Record<string, string>; values: [string, string][] }[] } }
  const start = String((Date.now() - 600_000) * 1e6)
  const { data } = await getJson<Answer>(`${url}/loki/api/v1/query_range`, { query, start, limit: '5000' })
  return data.result.flatMap(({ stream, values }) => values.map(([, text]) => ({ fields: stream, text })))
}

/** The names of all index labels. */
export async function lokiLabels(url: string): Promise<string[]> {
  return (await getJson<{ data?: string[] }>(`${url}/loki/api/v1/labels`)).data ?? []
}

/** How many streams there are; each is a combination of index labels. */
export async function lokiStreams(url: string): Promise<Record<string, string>[]> {
  const answer = await getJson<{ data: Record<string, string>[] }>(`${url}/loki/api/v1/series`, {
    'match[]': '{service_name=~".+"}',
  })
  return answer.data
}
