/**
 * What shoppers do about a shop that is closed: all of them wait, longer each time, and the log says once that it is
 * closed and once that it is open again.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@lab/observe'
import type { Outcome } from './visit.ts'

export interface PatienceOptions {
  readonly obs: Observe
  readonly gatewayUrl: string
  readonly signal: AbortSignal
}

export interface Patience {
  /** Takes note of how a visit ended, and waits when the shop is closed. */
  after(outcome: Outcome): Promise<void>
}

const shortest = 500
const longest = 15_000

export function createPatience({ obs, gatewayUrl, signal }: PatienceOptions): Patience {
  let pause = 0
  return {
    async after(outcome) {
      if (outcome !== 'closed') {
        if (pause > 0) obs.log.info('the shop is open again')
        pause = 0
        return
      }
      if (pause === 0) obs.log.warn(`the shop at ${gatewayUrl} does not answer: the shoppers wait until it does`)
      pause = Math.min(Math.max(pause * 1.5, shortest), longest)
      // Not all of them come back in the same moment.
      await wait(pause * (0.75 + Math.random() / 2), undefined, { signal })
    },
  }
}
