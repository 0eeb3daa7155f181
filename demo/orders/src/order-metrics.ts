/**
 * The business metrics of orders.
 */

import type { Counter, Observe } from '@lab/observe'
import type { EndState } from './order.ts'

export class OrderMetrics {
  readonly #orders: Counter
  readonly #revenue: Counter
  readonly #recovered: Counter

  constructor(obs: Observe) {
    this.#orders = obs.counter('shop.orders', { description: 'Orders that ended, by outcome.', unit: '{order}' })
    this.#revenue = obs.counter('shop.revenue.cents', {
      description: 'Value of the confirmed orders, in cents.',
      unit: '{cent}',
    })
    this.#recovered = obs.counter('shop.orders.recovered', {
      description: 'Orders that were left behind, found later and taken back.',
      unit: '{order}',
    })
    for (const outcome of ['confirmed', 'declined', 'out_of_stock', 'rejected', 'failed']) {
      this.#orders.add(0, { outcome })
    }
    this.#revenue.add(0, { currency: 'EUR' })
    this.#recovered.add(0)
  }

  confirmed(totalCents: number, currency: string): void {
    this.#orders.add(1, { outcome: 'confirmed' })
    this.#revenue.add(totalCents, { currency })
  }

  ended(outcome: Exclude<EndState, 'confirmed'>): void {
    this.#orders.add(1, { outcome })
  }

  recovered(): void {
    this.#recovered.add(1)
  }
}
