/**
 * The smoke test: the requests of the host file through the public port, the way that users come. All must be as described.
 */

import { messageOf } from './failure.ts'
import type { Host, SmokeRequest } from './host.ts'

const ATTEMPTS = 3
const PAUSE = 1000
const TIMEOUT = 10_000

/** What is wrong, undefined when nothing is. A request gets three attempts, since one packet may be lost. */
export async function smokeTest({ url, smoke }: Host): Promise<string | undefined> {
  for (const request of smoke) {
    const fault = await attempt(url, request)
    if (fault) return `${request.path}: ${fault}`
  }
  return undefined
}

async function attempt(url: string, request: SmokeRequest): Promise<string | undefined> {
  let fault: string | undefined
  for (let left = ATTEMPTS; left > 0; left--) {
    fault = await once(url, request)
    if (!fault) return undefined
    if (left > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
  return fault
}

async function once(url: string, { path, status, contains }: SmokeRequest): Promise<string | undefined> {
  try {
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(TIMEOUT), redirect: 'manual' })
    const text = await response.text()
    if (response.status !== status) return `status ${response.status} instead of ${status}`
    if (contains !== undefined && !text.includes(contains)) return `the answer has no "${contains}"`
    return undefined
  } catch (error) {
    return messageOf(error instanceof Error && error.cause ? error.cause : error)
  }
}
