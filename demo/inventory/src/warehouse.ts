/**
 * The warehouse: stock and what is known of it. Every change goes to the database first, then to the cache and to the
 * stock metric.
 */

import type { Faults } from '@demo/chassis'
import type { Database } from '@demo/chassis/database'
import type { Observe } from '@lab/observe'
import { ProductCache } from './cache.ts'
import { readCatalogue, unknownProduct } from './catalogue.ts'
import type { Product } from './product.ts'
import { restock, stockLevels } from './restock.ts'
import { type Item, type Levels, type Reservation, release, reserve } from './stock.ts'
import { Views } from './views.ts'

export const inventoryFaults = [
  'inventory-cold-cache',
  'inventory-blocked',
  'database-slow',
  'cache-stampede',
  'unbounded-list',
] as const
export type InventoryFault = (typeof inventoryFaults)[number]

export interface WarehouseOptions {
  obs: Observe
  database: Database
  faults: Faults<InventoryFault>
}

export class Warehouse {
  readonly #obs: Observe
  readonly #database: Database
  readonly #cache: ProductCache
  readonly #stock
  readonly #restocks
  readonly #views
  readonly #viewed

  constructor({ obs, database, faults }: WarehouseOptions) {
    this.#obs = obs
    this.#database = database
    this.#cache = new ProductCache({
      obs,
      read: () => readCatalogue(database),
      isCold: () => faults.isOn('inventory-cold-cache'),
      isStampede: () => faults.isOn('cache-stampede'),
    })
    this.#stock = obs.gauge('shop.inventory.stock', { description: 'Pieces in stock, by product.', unit: '{piece}' })
    this.#views = new Views(() => faults.isOn('unbounded-list'))
    this.#viewed = obs.gauge('shop.inventory.viewed', {
      description: 'Products shown to customers within the last minute.',
      unit: '{view}',
    })
    this.#restocks = obs.counter('shop.inventory.restocks', {
      description: 'Deliveries taken in, by product.',
      unit: '{delivery}',
    })
  }

  async products(): Promise<Product[]> {
    const products = [...(await this.#cache.products()).values()]
    this.#views.add(products)
    return products
  }

  async product(sku: string): Promise<Product> {
    const product = (await this.#cache.products()).get(sku)
    if (!product) throw unknownProduct(sku)
    return product
  }

  /** `isNew` is false where the order had its reservation already. */
  async reserve(orderId: string, items: Item[]): Promise<{ reservation: Reservation; isNew: boolean }> {
    const { reservation, levels } = await reserve(this.#database, orderId, items)
    this.#enter(levels)
    return { reservation, isNew: levels.length > 0 }
  }

  async release(orderId: string): Promise<void> {
    const levels = await release(this.#database, orderId)
    this.#enter(levels)
    if (levels.length > 0) this.#obs.log.info({ orderId }, 'reservation released')
  }

  /** Takes in deliveries and brings the stock metric up to date. To be called every few seconds. */
  async takeDeliveries(): Promise<void> {
    for (const { sku, quantity, stock } of await restock(this.#database)) {
      this.#restocks.add(1, { sku })
      this.#obs.log.info({ sku, quantity, stock }, `restocked ${sku}`)
    }
    this.#enter(await stockLevels(this.#database))
    this.#viewed.record(this.#views.withinLastMinute())
  }

  #enter(levels: Levels): void {
    for (const { sku, stock } of levels) {
      this.#cache.setStock(sku, stock)
      this.#stock.record(stock, { sku })
    }
  }
}
