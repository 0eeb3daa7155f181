/**
 * The payments so far, one per order: asking again for the same order gives the same answer, also while the first is
 * still being decided. Voiding closes an order for good, so that a request that comes late cannot charge it any more.
 */

import { Problem } from '@demo/chassis'
import type { Outcome, PaymentRequest } from './payment.ts'

type Entry = { amountCents: number; outcome: Promise<Outcome> } | 'voided'

export class Ledger {
  readonly #entries = new Map<string, Entry>()
  readonly #capacity: number

  /** @param capacity most orders to remember; the oldest are forgotten beyond it */
  constructor(capacity = 20_000) {
    this.#capacity = capacity
  }

  /** The outcome for the order; `authorise` is asked only where there is none yet. */
  async pay(request: PaymentRequest, authorise: () => Promise<Outcome>): Promise<{ outcome: Outcome; isNew: boolean }> {
    const { orderId, amountCents } = request
    const known = this.#entries.get(orderId)
    if (known === 'voided') throw new Problem(409, 'voided', `The payment of order ${orderId} was voided.`)
    if (known) {
      if (known.amountCents === amountCents) return { outcome: await known.outcome, isNew: false }
      const message = `Order ${orderId} was paid with ${known.amountCents} cents, not ${amountCents}.`
      throw new Problem(422, 'payment_mismatch', message)
    }
    const outcome = authorise()
    this.#keep(orderId, { amountCents, outcome })
    try {
      return { outcome: await outcome, isNew: true }
    } catch (error) {
      this.#entries.delete(orderId)
      throw error
    }
  }

  /** Undoes the payment of an order, or forbids it. Idempotent. */
  void(orderId: string): void {
    this.#keep(orderId, 'voided')
  }

  #keep(orderId: string, entry: Entry): void {
    this.#entries.set(orderId, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) break
      this.#entries.delete(oldest)
    }
  }
}
