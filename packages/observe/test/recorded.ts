/**
 * What an `Observe` has recorded of calls to databases: the spans, and the measurements by what they are known by.
 */
import type { FinishedSpan, TestObserve } from '../src/testing.ts'
import { the } from './observed.ts'
import { parseMetrics } from './strict-metrics.ts'

export class Recorded {
  readonly #obs: TestObserve

  constructor(obs: TestObserve) {
    this.#obs = obs
  }

  /** The client spans, in the order of their ends. */
  get spans(): FinishedSpan[] {
    return this.#obs.spans.filter(({ kind }) => kind === 'client')
  }

  get names(): string[] {
    return this.spans.map(({ name }) => name)
  }

  /** The client spans within the span `name`. */
  within(name: string): FinishedSpan[] {
    const parent = this.#obs.spans.find((span) => span.name === name)
    return this.spans.filter(
      ({ traceId, parentSpanId }) => traceId === parent?.traceId && parentSpanId === parent.spanId,
    )
  }

  /** How often each operation was measured; `operation` or `operation error`. */
  async measured(): Promise<Record<string, number>> {
    const families = parseMetrics((await this.#obs.scrape()).body, 'text')
    const counts: Record<string, number> = {}
    for (const { name, labels, value } of families.get('db_client_operation_duration_seconds')?.samples ?? []) {
      if (!name.endsWith('_count')) continue
      const key = [labels.db_operation_name, labels.error_type].filter(Boolean).join(' ')
      counts[key] = (counts[key] ?? 0) + value
    }
    return counts
  }
}

/** How busy the pools are, by `name` and by state where there is one. */
export async function poolsOf(
  obs: TestObserve,
  format: 'text' | 'openmetrics' = 'text',
): Promise<Record<string, Record<string, number>>> {
  const accept = format === 'text' ? undefined : 'application/openmetrics-text'
  const families = parseMetrics((await obs.scrape(accept)).body, format)
  const found: Record<string, Record<string, number>> = {}
  for (const [family, { samples }] of families) {
    const what = /^db_client_connection_(.*)$/.exec(family)?.[1]
    for (const { labels, value } of what === undefined ? [] : samples) {
      const pool = the(labels.db_client_connection_pool_name)
      found[pool] = { ...found[pool], [labels.db_client_connection_state ?? the(what)]: value }
    }
  }
  return found
}
