/** What the agents of Datadog, Sentry and Elastic send, counted. */
import { decode } from '@msgpack/msgpack'
import type { Counts } from './counts.ts'

type Fields = Record<string, unknown>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Datadog's trace agent, v0.4: a list of traces, each a list of spans; the root of a web request has the type `web`. */
export function countDatadog(body: Buffer, counts: Counts): void {
  const traces = decode(body, { useBigInt64: true })
  if (!Array.isArray(traces)) return
  for (const trace of traces) {
    if (!Array.isArray(trace)) continue
    counts.spans += trace.length
    for (const span of trace) if (isFields(span) && span.type === 'web' && isRoot(span)) counts.requests += 1
  }
}

function isRoot({ parent_id: parent }: Fields): boolean {
  return parent === undefined || Number(parent) === 0
}

/** Sentry's envelopes: lines of JSON, a header before each item (https://develop.sentry.dev/sdk/data-model/envelopes/). */
export function countSentry(body: Buffer, counts: Counts): void {
  for (const line of body.toString().split('\n')) {
    const item = line.startsWith('{') ? parsed(line) : undefined
    if (item?.type === 'transaction' && 'contexts' in item) {
      counts.requests += 1
      counts.spans += 1 + (Array.isArray(item.spans) ? item.spans.length : 0)
    } else if (Array.isArray(item?.items)) countStream(item.items, counts)
  }
}

/** Spans that are sent as a stream, one item for many of them. */
function countStream(items: unknown[], counts: Counts): void {
  for (const span of items) {
    if (!isFields(span) || !('span_id' in span)) continue
    counts.spans += 1
    if (span.is_segment === true) counts.requests += 1
  }
}

/** Elastic's intake v2: an event a line (https://www.elastic.co/docs/solutions/observability/apm/elastic-apm-events-intake-api). */
export function countElastic(body: Buffer, counts: Counts): void {
  for (const line of body.toString().split('\n')) {
    if (line.startsWith('{"transaction"')) counts.requests += 1
    if (line.startsWith('{"transaction"') || line.startsWith('{"span"')) counts.spans += 1
  }
}

function parsed(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}
