/**
 * Whether the shop is closed. While it is, all shoppers wait, longer each time, and the log says once that it is closed and
 * once that it is open again.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@lab/observe'

const shortest = 500
const longest = 15_000

export class ClosedShop {
  readonly #obs: Observe
  readonly #signal: AbortSignal
  /** Milliseconds; 0 while the shop is open. */
  #pause = 0

  /** Waiting ends when `signal` is aborted. */
  constructor(obs: Observe, signal: AbortSignal) {
    this.#obs = obs
    this.#signal = signal
  }

  /** A request was answered, be it well or not. */
  answered(): void {
    if (this.#pause > 0) this.#obs.log.info('the shop is open again')
    this.#pause = 0
  }

  /** A request had no answer. */
  unanswered(cause: unknown): void {
    if (this.#pause > 0) return
    this.#pause = shortest
    this.#obs.log.warn({ err: cause }, 'the shop does not answer: the shoppers wait until it does')
  }

  /** Waits before the next visit; not all shoppers come back in the same moment. */
  async wait(): Promise<void> {
    const pause = this.#pause * (0.75 + Math.random() / 2)
    this.#pause = Math.min(this.#pause * 1.5, longest)
    await wait(pause, undefined, { signal: this.#signal })
  }
}
