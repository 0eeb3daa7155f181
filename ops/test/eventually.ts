/**
 * Waits for what becomes true a little later, as everything does that travels through queues and scrapes.
 */

import { setTimeout as delay } from 'node:timers/promises'

const pause = 100

/** Tries until `attempt` does not throw, and returns what it returns. Gives up with the last reason. */
export async function eventually<T>(what: string, within: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Waited ${within / 1000} s for ${what}.`, { cause: error })
    }
    await delay(pause)
  }
}
