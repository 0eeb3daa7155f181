/**
 * What the backends have of each accepted order: its trace in the console and in Jaeger, its lines in the console and in Loki. An order
 * goes through all services that take requests; each has spans in its trace, and lines.
 */

import { servers } from '@demo/shop'
import { z } from 'zod'

export interface Span {
  readonly id: string
  /** Empty for the root. */
  readonly parentId: string
  readonly service: string
}

/** What is missing, each by the services one of which had it; empty where all is there. */
export type Missing = readonly (readonly string[])[]

/** Who calls a service on the way of an order. */
const callers: Record<string, string> = {
  orders: 'gateway',
  inventory: 'orders',
  payments: 'orders',
  notifier: 'orders',
}

/** In the trace of an order. A parent that is missing was a span of the same service or of its caller. */
export function missingSpans(spans: readonly Span[]): Missing {
  const absent = servers.filter((name) => !spans.some(({ service }) => service === name))
  const ids = new Set(spans.map(({ id }) => id))
  const parents = spans
    .filter(({ parentId }) => parentId !== '' && !ids.has(parentId))
    .map(({ service }) => [service, callers[service] ?? service])
  const root = spans.some(({ parentId }) => parentId === '') ? [] : [['gateway']]
  return [...absent.map((name) => [name]), ...parents, ...root]
}

export function missingLines(services: ReadonlySet<string>): Missing {
  return servers.filter((name) => !services.has(name)).map((name) => [name])
}

const consoleTrace = z.object({
  spans: z.array(z.object({ spanId: z.string(), parentId: z.string().nullable(), service: z.string() })),
  logs: z.array(z.object({ service: z.string() })),
})

/** The spans of a trace in the console, and the services that logged in it. */
export async function readConsole(url: string, traceId: string): Promise<{ spans: Span[]; services: Set<string> }> {
  const response = await fetch(`${url}/api/trace?id=${traceId}`)
  if (response.status === 404) return { spans: [], services: new Set() }
  const { spans, logs } = consoleTrace.parse(await response.json())
  return {
    spans: spans.map(({ spanId, parentId, service }) => ({ id: spanId, parentId: parentId ?? '', service })),
    services: new Set(logs.map(({ service }) => service)),
  }
}

const jaegerTraces = z.object({
  data: z
    .array(
      z.object({
        spans: z.array(
          z.object({
            spanID: z.string(),
            processID: z.string(),
            references: z.array(z.object({ refType: z.string(), spanID: z.string() })).nullish(),
          }),
        ),
        processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      }),
    )
    .nullable(),
})

export async function readJaeger(url: string, traceId: string): Promise<Span[]> {
  const response = await fetch(`${url}/api/traces/${traceId}`)
  if (response.status === 404) return []
  const { data } = jaegerTraces.parse(await response.json())
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map(({ spanID, processID, references }) => ({
      id: spanID,
      parentId: references?.find(({ refType }) => refType === 'CHILD_OF')?.spanID ?? '',
      service: processes[processID]?.serviceName ?? '',
    })),
  )
}

const lokiLines = z.object({
  data: z.object({
    result: z.array(
      z.object({
        stream: z.object({ service_name: z.string(), trace_id: z.string() }),
        values: z.array(z.array(z.unknown())),
      }),
    ),
  }),
})

/** Loki gives at most so many lines in one answer; see `max_entries_limit_per_query`. */
const MOST_LINES = 5000

/** The services that logged in each trace, from `begin` to `end` in epoch milliseconds. */
export async function readLoki(url: string, begin: number, end: number): Promise<Map<string, Set<string>>> {
  const query = `{service_name=~"${servers.join('|')}"} | trace_id != "" | line_format "" | keep service_name, trace_id`
  const parameters = { query, start: `${begin}000000`, end: `${end}000000`, limit: String(MOST_LINES) }
  const response = await fetch(`${url}/loki/api/v1/query_range?${new URLSearchParams(parameters)}`)
  if (!response.ok) throw new Error(`Loki answers ${response.status}: ${await response.text()}`)
  const { result } = lokiLines.parse(await response.json()).data
  const found = new Map<string, Set<string>>()
  if (result.reduce((sum, { values }) => sum + values.length, 0) >= MOST_LINES) {
    const middle = Math.floor((begin + end) / 2)
    for (const half of [await readLoki(url, begin, middle), await readLoki(url, middle, end)]) merge(found, half)
    return found
  }
  for (const { stream } of result) merge(found, new Map([[stream.trace_id, new Set([stream.service_name])]]))
  return found
}

function merge(into: Map<string, Set<string>>, from: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [traceId, services] of from) into.set(traceId, new Set([...(into.get(traceId) ?? []), ...services]))
}

/** Prometheus' answer to an instant query; 0 where it has none. */
export async function queryPrometheus(url: string, query: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`)
  const shape = z.object({ data: z.object({ result: z.array(z.object({ value: z.array(z.unknown()) })) }) })
  return Number(shape.parse(await response.json()).data.result[0]?.value[1] ?? 0)
}
