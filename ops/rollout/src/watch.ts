/**
 * The first minutes of a release: its error rate as Prometheus has it. The question goes through the engine to the `promtool` of the
 * platform's Prometheus, so that no port of it has to be reachable.
 */

import type { Engine } from './engine.ts'
import type { Host } from './host.ts'
import { platformOf } from './names.ts'

const EVERY = 5000

/** What is wrong with the release, undefined when the time passed and nothing was. Ends early when it is interrupted. */
export async function watchErrors(
  engine: Engine,
  host: Host,
  release: string,
  report: (line: string) => void,
  interrupted: AbortSignal,
): Promise<string | undefined> {
  const { seconds, errors, requests } = host.watch
  const end = performance.now() + seconds * 1000
  let unanswered = 0
  while (performance.now() < end) {
    if (interrupted.aborted) return 'it was interrupted'
    await new Promise((resolve) => setTimeout(resolve, Math.min(EVERY, Math.max(0, end - performance.now()))))
    const seen = await requestsOf(engine, host, release)
    if (seen === undefined) unanswered++
    else if (seen.all >= requests && seen.failed / seen.all > errors)
      return `${percent(seen.failed / seen.all)} of ${Math.round(seen.all)} requests failed, more than ${percent(errors)}`
  }
  if (unanswered > 0) report(`Prometheus did not answer ${unanswered} times; the smoke test alone judged then`)
  return undefined
}

interface Seen {
  readonly all: number
  readonly failed: number
}

/** Requests of the entry service since the release started; its counters begin at zero with it. One query, so of one moment. */
async function requestsOf(engine: Engine, host: Host, release: string): Promise<Seen | undefined> {
  const labels = `job="${host.entry.service}",release="${release}"`
  const series = `http_server_request_duration_seconds_count{${labels}}`
  const answer = await query(engine, host, `sum by (http_response_status_code) (${series})`)
  if (answer === undefined) return undefined
  const counts = answer.map(({ metric, value: [, count] }) => ({
    count: Number(count),
    failed: metric.http_response_status_code?.startsWith('5') === true,
  }))
  const sum = (some: typeof counts) => some.reduce((total, { count }) => total + count, 0)
  return { all: sum(counts), failed: sum(counts.filter(({ failed }) => failed)) }
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  /** Seconds, and the value as text. */
  readonly value: readonly [number, string]
}

async function query(engine: Engine, host: Host, expression: string): Promise<Sample[] | undefined> {
  const labels = [`com.docker.compose.project=${platformOf(host)}`, 'com.docker.compose.service=prometheus']
  const found = await engine.try(['ps', '--quiet', ...labels.flatMap((label) => ['--filter', `label=${label}`])])
  if (!found) return undefined
  const address = 'http://127.0.0.1:9090'
  const answer = await engine.try(['exec', found, 'promtool', 'query', 'instant', '--format=json', address, expression])
  return answer === undefined ? undefined : JSON.parse(answer)
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`
}
