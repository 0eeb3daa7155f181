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

/** Requests of the entry service since the release started; its counters begin at zero with it. */
async function requestsOf(engine: Engine, host: Host, release: string): Promise<Seen | undefined> {
  const series = `http_server_request_duration_seconds_count{job="${host.entry.service}",release="${release}"`
  const all = await query(engine, host, `sum(${series}})`)
  const failed = await query(engine, host, `sum(${series},http_response_status_code=~"5.."})`)
  return all === undefined ? undefined : { all, failed: failed ?? 0 }
}

async function query(engine: Engine, host: Host, expression: string): Promise<number | undefined> {
  const project = `label=com.docker.compose.project=${platformOf(host)}`
  const found = await engine.try([
    'ps',
    '--quiet',
    '--filter',
    project,
    '--filter',
    'label=com.docker.compose.service=prometheus',
  ])
  if (!found) return undefined
  const address = 'http://127.0.0.1:9090'
  const answer = await engine.try(['exec', found, 'promtool', 'query', 'instant', '--format=json', address, expression])
  const value = answer === undefined ? undefined : Number(JSON.parse(answer)[0]?.value?.[1])
  return value === undefined || Number.isNaN(value) ? undefined : value
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`
}
