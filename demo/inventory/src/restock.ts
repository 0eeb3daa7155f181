/**
 * Deliveries, so that the shop never runs dry for good: a product whose stock has fallen to its reorder point is ordered,
 * arrives a while later and fills its shelf. The stock level is a saw, and a run on a rarity can still sell it out.
 */

import type { Database } from '@demo/chassis/database'

export interface Delivery {
  sku: string
  quantity: number
  stock: number
}

/** From order to delivery: short, for a rush of fifty customers empties a shelf within seconds. */
const leadSeconds = 0.5

/** Takes in what is due, then orders what has run low. Locks in the order in which customers do. */
export async function restock(database: Database, lead = leadSeconds): Promise<Delivery[]> {
  const { rows } = await database.query<Delivery>(
    `with due as (
       select sku, stock from inventory.products where delivery_due_at <= now()
       order by sku collate "C" for update
     )
     update inventory.products as product set stock = product.capacity, delivery_due_at = null
     from due where due.sku = product.sku and product.stock < product.capacity
     returning product.sku, product.capacity - due.stock as quantity, product.stock`,
  )
  await database.query(
    `with low as (
       select sku from inventory.products
       where stock <= reorder_point and delivery_due_at is null
       order by sku collate "C" for update
     )
     update inventory.products as product set delivery_due_at = now() + make_interval(secs => $1)
     from low where low.sku = product.sku`,
    [lead],
  )
  return rows
}

/** All stock levels. */
export async function stockLevels(database: Database): Promise<{ sku: string; stock: number }[]> {
  const { rows } = await database.query<{ sku: string; stock: number }>('select sku, stock from inventory.products')
  return rows
}
