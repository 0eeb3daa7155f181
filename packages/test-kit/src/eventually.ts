/**
 * Waits for what becomes true a little later, as everything does that passes through queues and scrapes.
 */

import { vi } from 'vitest'

const INTERVAL_MS = 100

/**
 * Calls `attempt` until it does not throw, and returns what it returns. After `timeoutMs` it throws an error that names `what`,
 * with the last failure as its cause.
 */
export async function eventually<T>(what: string, timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  try {
    return await vi.waitFor(attempt, { timeout: timeoutMs, interval: INTERVAL_MS })
  } catch (cause) {
    throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.`, { cause })
  }
}
