/**
 * The product cache. A catalogue that has aged is still served while the next one is read, so that no customer waits for
 * the expensive lookup; sales of this process are entered at once. When the fault `inventory-cold-cache` is on, nothing
 * is served from it and every read pays the full price. With the weakness `cache-stampede` every request that finds the catalogue aged reads
 * it itself, all at once.
 */

import type { Observe } from '@lab/observe'
import type { Product } from './product.ts'

export interface CacheOptions {
  obs: Observe
  read: () => Promise<Product[]>
  isCold: () => boolean
  /** Whether each request that finds the catalogue aged reads it, in place of one for all. */
  isStampede: () => boolean
  /** Age in milliseconds from which the catalogue is read again. */
  freshMs?: number
}

export class ProductCache {
  readonly #options: CacheOptions
  readonly #freshMs: number
  readonly #reads
  #products: Map<string, Product> | undefined
  #readAt = 0
  #refreshing: Promise<Map<string, Product>> | undefined

  constructor(options: CacheOptions) {
    this.#options = options
    this.#freshMs = options.freshMs ?? 5_000
    this.#reads = options.obs.counter('shop.inventory.cache.reads', {
      description: 'Reads of the product cache: hit, stale (served, then read again) or miss.',
      unit: '{read}',
    })
    for (const outcome of ['hit', 'stale', 'miss']) this.#reads.add(0, { outcome })
  }

  /** All products, by SKU, in the order of the catalogue. */
  async products(): Promise<ReadonlyMap<string, Product>> {
    if (this.#options.isCold()) {
      this.#reads.add(1, { outcome: 'miss' })
      return this.#read()
    }
    if (!this.#products) {
      this.#reads.add(1, { outcome: 'miss' })
      return this.#refresh()
    }
    const isStale = Date.now() - this.#readAt > this.#freshMs
    this.#reads.add(1, { outcome: isStale ? 'stale' : 'hit' })
    if (isStale && this.#options.isStampede()) return this.#read()
    if (isStale)
      this.#refresh().catch((error) => this.#options.obs.log.warn({ err: error }, 'kept the stale catalogue'))
    return this.#products
  }

  /** Enters what is left after a sale, a return or a delivery. */
  setStock(sku: string, stock: number): void {
    const product = this.#products?.get(sku)
    if (product) product.stock = stock
  }

  #refresh(): Promise<Map<string, Product>> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #read(): Promise<Map<string, Product>> {
    const products = await this.#options.read()
    this.#products = new Map(products.map((product) => [product.sku, product]))
    this.#readAt = Date.now()
    return this.#products
  }
}
