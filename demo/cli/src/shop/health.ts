/**
 * Whether a service is healthy, asked the way a load balancer would.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { Failure, reasonOf } from '../terminal/failure.ts'
import type { ServiceDescription } from './description.ts'

/** Milliseconds; a machine that is busy building answers late, and that is no reason to restart anything. */
const probeTimeout = 5000
const pollInterval = 100

/** Rejects unless `GET url` answers with a 2xx; the reason quotes the answer, which in /readyz names the failed check. */
export async function probeHttp(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal }).catch((error) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Error(`${url} does not answer (${signal.aborted ? 'no reply in time' : reasonOf(cause)})`)
  })
  const body = await response.text()
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${body.trim().slice(0, 300)}`)
}

/** The reason why a service is not healthy right now, or undefined when it is. */
export async function whyUnhealthy(service: ServiceDescription): Promise<string | undefined> {
  try {
    await service.probe(AbortSignal.timeout(probeTimeout))
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Asks again and again until the service is healthy. Throws when that takes too long, or when `signal` says to stop. */
export async function waitUntilHealthy(
  service: ServiceDescription,
  within: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + within
  for (;;) {
    const reason = await whyUnhealthy(service)
    signal.throwIfAborted()
    if (!reason) return
    if (Date.now() > deadline) throw new Failure(`it was not ready within ${within / 1000} s: ${reason}`)
    await delay(pollInterval, undefined, { signal })
  }
}
