/**
 * Chores at intervals. A chore never overlaps itself, an error of one is logged and the next still comes, and stopping
 * waits for the one that runs.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@lab/observe'

/** Runs `chore` now and `seconds` after each end of it. Returns what stops it. */
export function every(obs: Observe, seconds: number, name: string, chore: () => Promise<unknown>): () => Promise<void> {
  const stopping = new AbortController()
  const running = repeat()

  async function repeat(): Promise<void> {
    while (!stopping.signal.aborted) {
      await chore().catch((error) => obs.log.error({ err: error }, `${name} failed, tries again in ${seconds} s`))
      await wait(seconds * 1000, undefined, { signal: stopping.signal, ref: false }).catch(() => 'stopping')
    }
  }

  return async function stop() {
    stopping.abort()
    await running
  }
}
