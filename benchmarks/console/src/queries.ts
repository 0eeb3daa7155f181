/**
 * How long the page waits when much is stored: fills a console with so many spans over the last twelve hours, with logs to go with
 * them, and times what each screen asks.
 */

import type { LogLine, Status, Trace, TraceSummary } from '../../../packages/console/src/contract/contract.ts'
import { shopBatches } from './batch.ts'
import type { ConsoleProcess } from './console-process.ts'
import { type Spread, spreadOf } from './spread.ts'
import { post } from './sustained.ts'

const HOURS = 12
const AT_ONCE = 3

export interface Filled {
  spans: number
  logs: number
  gigabytes: number
  spansPerSecond: number
}

export async function fill(console: ConsoleProcess, spans: number, tell: (text: string) => void): Promise<Filled> {
  const { traces, logs } = shopBatches(2000, 0.5)
  const batches = Math.ceil(spans / traces.records)
  const begun = performance.now()
  let next = 0
  const work = async () => {
    for (let n = next++; n < batches; n = next++) {
      const at = Date.now() - HOURS * 3_600_000 * (1 - n / batches)
      await Promise.all([post(console, traces, at), ...(n % 2 === 0 ? [post(console, logs, at)] : [])])
      if (n % 100 === 0) tell(`stored ${n * traces.records} of ${spans} spans`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const seconds = (performance.now() - begun) / 1000
  const { stored } = await console.query<Status>('/api/status')
  return {
    spans: stored.spans,
    logs: stored.logs,
    gigabytes: Math.round(stored.bytes / 1e7) / 100,
    spansPerSecond: Math.round(stored.spans / seconds),
  }
}

export interface Timing extends Spread {
  what: string
}

export async function timeQueries(console: ConsoleProcess, rounds: number): Promise<Timing[]> {
  const to = Date.now()
  const all = `from=${to - 24 * 3_600_000}&to=${to}`
  const hour = `from=${to - 3_600_000}&to=${to}`
  const { traces } = await console.query<{ traces: TraceSummary[] }>(`/api/traces?${all}&limit=1000`)
  const old = await console.query<{ traces: TraceSummary[] }>(
    `/api/traces?from=${to - 10 * 3_600_000}&to=${to - 9 * 3_600_000}`,
  )
  const { logs } = await console.query<{ logs: LogLine[] }>(
    `/api/logs?from=${to - 11 * 3_600_000}&to=${to - 10 * 3_600_000}&q=order`,
  )
  const order = logs.find(({ attributes }) => attributes['order.id'] !== undefined)?.attributes['order.id']
  const ids = [...traces.slice(0, 20), ...old.traces.slice(0, 20)].map(({ traceId }) => traceId)
  const requests = await requestIds(console, ids)
  const queries: [string, (round: number) => string][] = [
    ['services, 24 h', () => `/api/services?${all}`],
    ['map, 24 h', () => `/api/map?${all}`],
    ['service page: routes, 24 h', () => `/api/routes?service=orders&${all}`],
    ['service page: RED, 24 h', () => `/api/red?service=orders&${all}`],
    ['service page: RED, 1 h', () => `/api/red?service=orders&${hour}`],
    ['one trace', (round) => `/api/trace?id=${ids[round % ids.length]}`],
    ['newest traces', () => `/api/traces?${all}`],
    ['traces: service and error', () => `/api/traces?q=service:payments+status:error&${all}`],
    ['traces: duration:>250ms', () => `/api/traces?q=duration:%3E250ms&${all}`],
    ['traces: nothing is that slow', () => `/api/traces?q=duration:%3E60s&${all}`],
    [
      'traces: attribute of one trace',
      (round) => `/api/traces?q=request.id:${requests[round % requests.length]}&${all}`,
    ],
    ['traces: attribute that no span has', () => `/api/traces?q=customer.id:${to}&${all}`],
    ['logs: newest', () => `/api/logs?${all}`],
    ['logs: word and service', () => `/api/logs?q=declined+service:payments&${all}`],
    ['logs: rare attribute', () => `/api/logs?q=order.id:${order}&${all}`],
    ['logs: word that no line has', () => `/api/logs?q=unheardof&${all}`],
    ['log volume, 24 h', () => `/api/logs/volume?${all}`],
    ['errors, 24 h', () => `/api/errors?${all}`],
    ['search box', () => `/api/search?q=declined&${all}`],
  ]
  const timings: Timing[] = []
  for (const [what, path] of queries) timings.push({ what, ...(await time(console, rounds, path)) })
  return timings
}

async function requestIds(console: ConsoleProcess, traceIds: string[]): Promise<unknown[]> {
  const traces = await Promise.all(traceIds.map((id) => console.query<Trace>(`/api/trace?id=${id}`)))
  return traces.flatMap(
    ({ spans }) => spans.find(({ attributes }) => attributes['request.id'])?.attributes['request.id'] ?? [],
  )
}

async function time(console: ConsoleProcess, rounds: number, path: (round: number) => string): Promise<Spread> {
  const took: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    await console.query(path(round))
    took.push(performance.now() - begun)
  }
  return spreadOf(took)
}
