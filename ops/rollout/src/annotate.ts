/**
 * Marks a deployment in Grafana, on every dashboard that shows annotations with the tag `deployment`. Prometheus needs no mark:
 * `service.version` of the release is in target_info of each of its services.
 */

import { readFile } from 'node:fs/promises'
import { Failure } from './failure.ts'
import type { Host } from './host.ts'
import type { Deployment } from './state.ts'

export async function annotate({ grafana, name }: Host, entry: Deployment): Promise<void> {
  if (!grafana) return
  const token = (await readFile(grafana.token, 'utf8')).trim()
  const response = await fetch(new URL('/api/annotations', grafana.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      time: Date.parse(entry.begin),
      timeEnd: Date.parse(entry.end),
      tags: ['deployment', name, entry.outcome],
      text: `${entry.release} ${entry.outcome}${entry.reason ? `: ${entry.reason.split('\n')[0]}` : ''}`,
    }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Failure(`${grafana.url} answered ${response.status}`)
}
