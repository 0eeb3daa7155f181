/**
 * What customers were shown within the last minute, for the metric `shop.inventory.viewed`. With the weakness `unbounded-list` what is older
 * is never dropped: the number stays right, and the list grows until the process has no memory left.
 */

import type { Product } from './product.ts'

const WINDOW_MS = 60_000

interface View {
  at: number
  product: Product
}

export class Views {
  readonly #isUnbounded: () => boolean
  #views: View[] = []

  constructor(isUnbounded: () => boolean) {
    this.#isUnbounded = isUnbounded
  }

  /** Notes that these products were shown, as they are now. */
  add(products: readonly Product[]): void {
    const at = Date.now()
    for (const product of products) this.#views.push({ at, product: { ...product } })
  }

  /** How many are in memory. */
  get kept(): number {
    return this.#views.length
  }

  withinLastMinute(): number {
    const since = Date.now() - WINDOW_MS
    const recent = this.#views.filter(({ at }) => at >= since)
    if (!this.#isUnbounded()) this.#views = recent
    return recent.length
  }
}
