/**
 * The processes that stay for the whole benchmark: generator and receivers, on the core that the measured server does not
 * use. Everything is on loopback.
 */

import type { CountResult } from '../load/fixed-count.ts'
import type { RateResult } from '../load/fixed-rate.ts'
import type { Order } from '../load/main.ts'
import { Child, stayOn } from './child.ts'
import { Receiver } from './receiver.ts'

/** The measured server has this core to itself. */
export const SERVER_CORE = 0
const OTHER_CORE = 1

const here = import.meta.dirname

interface Processes {
  receiver: Receiver
  idleReceiver: Receiver
  generator: Child
}

export class Lab {
  readonly receiver: Receiver
  /** Never holds up the generator, so that latency is the server's; at full load it would not get the core at all. */
  readonly idleReceiver: Receiver
  readonly #generator: Child

  private constructor({ receiver, idleReceiver, generator }: Processes) {
    this.receiver = receiver
    this.idleReceiver = idleReceiver
    this.#generator = generator
  }

  static async open(): Promise<Lab> {
    stayOn(OTHER_CORE)
    return new Lab({
      receiver: await Receiver.start({ core: OTHER_CORE }),
      idleReceiver: await Receiver.start({ core: OTHER_CORE, idle: true }),
      generator: new Child({ args: [`${here}/../load/main.ts`], core: OTHER_CORE }),
    })
  }

  count(origin: string, paths: string[], requests: number, perSecond?: number): Promise<CountResult> {
    return this.#generator.ask<CountResult>({ kind: 'count', origin, paths, requests, perSecond } satisfies Order)
  }

  rate(origin: string, paths: string[], rate: number, seconds: number): Promise<RateResult> {
    return this.#generator.ask<RateResult>({ kind: 'rate', origin, paths, rate, seconds } satisfies Order)
  }

  async close(): Promise<void> {
    await Promise.all([this.receiver.end(), this.idleReceiver.end(), this.#generator.end(1000)])
  }
}
