/**
 * The processes that stay for the whole benchmark: generator and receiver, on the core that the measured server does not
 * use. Everything is on loopback.
 */

import type { CountResult } from '../load/fixed-count.ts'
import type { RateResult } from '../load/fixed-rate.ts'
import type { Order } from '../load/main.ts'
import { Child, stayOn } from './child.ts'
import { stopDependencies } from './dependencies.ts'
import { Receiver } from './receiver.ts'

/** The measured server has this core to itself. */
export const SERVER_CORE = 0
/** Everything else has this one. */
export const OTHER_CORE = 1

const here = import.meta.dirname

export class Lab {
  readonly receiver: Receiver
  readonly #generator: Child

  private constructor(receiver: Receiver, generator: Child) {
    this.receiver = receiver
    this.#generator = generator
  }

  static async open(): Promise<Lab> {
    stayOn(OTHER_CORE)
    const receiver = await Receiver.start({ core: OTHER_CORE })
    const generator = new Child({ args: [`${here}/../load/main.ts`], core: OTHER_CORE })
    return new Lab(receiver, generator)
  }

  /** One that never holds up the generator, so that latency is the server's; at full load it would not get the core at all. */
  startIdleReceiver(): Promise<Receiver> {
    return Receiver.start({ core: OTHER_CORE, idle: true })
  }

  count(origin: string, paths: string[], requests: number, perSecond?: number): Promise<CountResult> {
    return this.#generator.request<CountResult>({ kind: 'count', origin, paths, requests, perSecond } satisfies Order)
  }

  rate(origin: string, paths: string[], rate: number, seconds: number): Promise<RateResult> {
    return this.#generator.request<RateResult>({ kind: 'rate', origin, paths, rate, seconds } satisfies Order)
  }

  async close(): Promise<void> {
    await Promise.all([this.receiver.end(), this.#generator.end(1000), stopDependencies()])
  }
}
