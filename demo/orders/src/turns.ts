/**
 * Lets a few pieces of work run at a time, the others in the order in which they came. Work whose caller has left when its turn comes is
 * left out: where callers give up and repeat, doing the work of those who left keeps the ones who stayed from ever being served.
 */

import { Problem } from '@demo/chassis'

export class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  /** @param atOnce how many pieces of work run at the same time */
  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Rejects with a Problem where the caller has left before its turn. */
  async take<T>(hasLeft: () => boolean, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      if (hasLeft()) throw new Problem(503, 'caller_left', 'The request was given up before its turn came.')
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}
