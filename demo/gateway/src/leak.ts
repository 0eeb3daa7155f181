/**
 * The fault of the gateway: memory that each request leaves behind, as a cache without a bound or a listener that is never
 * removed would. The heap has a limit, so in the end the process is ended for it and started again.
 */

export const gatewayFaults = ['gateway-leak'] as const

/** Numbers of eight bytes that one request leaves. */
const NUMBERS = 8_000

export class Leak {
  #kept: number[][] = []
  #isOn = false

  /** Begins or ends the leak; at its end the memory is free again. */
  enable(isOn: boolean): void {
    this.#isOn = isOn
    if (!isOn) this.#kept = []
  }

  /** To be called for each request. */
  onRequest(): void {
    if (this.#isOn) this.#kept.push(Array.from({ length: NUMBERS }, Math.random))
  }

  /** How many requests have left something. */
  get size(): number {
    return this.#kept.length
  }
}
