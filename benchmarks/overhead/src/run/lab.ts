/**
 * The processes that stay for the whole benchmark: generator and receiver, on the core that the measured server does not
 * use. Everything is on loopback.
 */

import type { CountResult } from '../load/fixed-count.ts'
import type { RateResult } from '../load/fixed-rate.ts'
import type { Order } from '../load/main.ts'
import type { Counts } from '../receiver/counts.ts'
import { RECEIVER } from './build.ts'
import { Child, stayOn } from './child.ts'

/** The measured server has this core to itself. */
export const SERVER_CORE = 0
const OTHER_CORE = 1

const here = import.meta.dirname

export class Lab {
  readonly receiverUrl: string
  readonly #receiver: Child
  readonly #generator: Child

  private constructor(receiver: Child, receiverUrl: string, generator: Child) {
    this.#receiver = receiver
    this.receiverUrl = receiverUrl
    this.#generator = generator
  }

  static async open(): Promise<Lab> {
    stayOn(OTHER_CORE)
    const receiver = new Child({ args: [RECEIVER], core: OTHER_CORE })
    const { port } = await receiver.ask<{ port: number }>()
    const generator = new Child({ args: [`${here}/../load/main.ts`], core: OTHER_CORE })
    return new Lab(receiver, `http://127.0.0.1:${port}`, generator)
  }

  /** Forgets what has arrived. */
  async reset(): Promise<void> {
    await this.#receiver.ask<Counts>('reset')
  }

  counts(): Promise<Counts> {
    return this.#receiver.ask<Counts>('counts')
  }

  count(origin: string, paths: string[], requests: number, perSecond?: number): Promise<CountResult> {
    return this.#generator.ask<CountResult>({ kind: 'count', origin, paths, requests, perSecond } satisfies Order)
  }

  rate(origin: string, paths: string[], rate: number, seconds: number): Promise<RateResult> {
    return this.#generator.ask<RateResult>({ kind: 'rate', origin, paths, rate, seconds } satisfies Order)
  }

  async close(): Promise<void> {
    await Promise.all([this.#receiver.end(1000), this.#generator.end(1000)])
  }
}
