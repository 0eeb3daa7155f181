/**
 * The stock: reserving for an order, releasing it again. Both are idempotent by order, and each locks the products it
 * touches in the order of their SKUs, so that no two of them can wait for each other.
 */

import { Problem } from '@demo/chassis'
import type { Client, Database } from '@demo/chassis/database'
import { unknownProduct } from './catalogue.ts'

export interface Item {
  sku: string
  quantity: number
}

export interface Reservation {
  orderId: string
  items: (Item & { unitPriceCents: number })[]
  totalCents: number
}

/** Deletes old reservations with their items: at most `$2` that are older than `$1` days. */
export const purgeReservations = `
  with old as (
    select order_id from inventory.reservations where created_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
  ), items as (
    delete from inventory.reserved_items where order_id in (select order_id from old)
  )
  delete from inventory.reservations where order_id in (select order_id from old)`

/** Stock levels after a change. */
export type Levels = { sku: string; stock: number }[]

/** What is wanted of each product in all, sorted by SKU. */
function wanted(items: Item[]): Item[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).toSorted((a, b) => (a.sku < b.sku ? -1 : 1))
}

/**
 * Sets stock aside for an order; where that was done before, tells what was. Throws a Problem when a product is unknown
 * or out of stock (nothing is reserved then), or when the order was released or reserved something else.
 */
export function reserve(
  database: Database,
  orderId: string,
  items: Item[],
): Promise<{ reservation: Reservation; levels: Levels }> {
  const order = wanted(items)
  return database.transaction(async (client) => {
    const { rowCount } = await client.query(
      'insert into inventory.reservations (order_id) values ($1) on conflict do nothing',
      [orderId],
    )
    if (rowCount === 0) return { reservation: await findReservation(client, orderId, order), levels: [] }
    const prices = await lockProducts(client, order)
    const levels = await takeFromStock(client, order)
    await client.query(
      `insert into inventory.reserved_items (order_id, sku, quantity, unit_price_cents)
       select $1, sku, quantity, price from unnest($2::text[], $3::int[], $4::int[]) as item (sku, quantity, price)`,
      [orderId, order.map(({ sku }) => sku), order.map(({ quantity }) => quantity), prices],
    )
    const reserved = order.map((item, index) => ({ ...item, unitPriceCents: prices[index] ?? 0 }))
    return { reservation: toReservation(orderId, reserved), levels }
  })
}

/** Puts the stock of an order back and closes the order for good. Idempotent, also for an unknown order. */
export function release(database: Database, orderId: string): Promise<Levels> {
  return database.transaction(async (client) => {
    const mark = 'insert into inventory.reservations (order_id, released_at) values ($1, now()) on conflict do nothing'
    await client.query(mark, [orderId])
    const { rowCount } = await client.query(
      'update inventory.reservations set released_at = now() where order_id = $1 and released_at is null',
      [orderId],
    )
    if (rowCount === 0) return []
    const items = await reservedItems(client, orderId)
    await lockProducts(client, items)
    const { rows } = await client.query<Levels[number]>(
      `update inventory.products as product set stock = product.stock + item.quantity
       from inventory.reserved_items as item where item.order_id = $1 and item.sku = product.sku
       returning product.sku, product.stock`,
      [orderId],
    )
    return rows
  })
}

/** Locks the products and gives their prices, in the order of `items`, which is that of their SKUs. */
async function lockProducts(client: Client, items: Item[]): Promise<number[]> {
  const { rows } = await client.query<{ sku: string; price: number; stock: number }>(
    'select sku, price_cents as price, stock from inventory.products where sku = any($1) order by sku collate "C" for update',
    [items.map(({ sku }) => sku)],
  )
  const products = new Map(rows.map((row) => [row.sku, row]))
  return items.map(({ sku }) => {
    const product = products.get(sku)
    if (!product) throw unknownProduct(sku)
    return product.price
  })
}

async function takeFromStock(client: Client, items: Item[]): Promise<Levels> {
  const levels: Levels = []
  for (const { sku, quantity } of items) {
    const { rows } = await client.query<{ stock: number }>(
      'update inventory.products set stock = stock - $2 where sku = $1 and stock >= $2 returning stock',
      [sku, quantity],
    )
    if (!rows[0]) throw await outOfStock(client, sku, quantity)
    levels.push({ sku, stock: rows[0].stock })
  }
  return levels
}

async function outOfStock(client: Client, sku: string, wantedQuantity: number): Promise<Problem> {
  const { rows } = await client.query<{ stock: number }>('select stock from inventory.products where sku = $1', [sku])
  const left = rows[0]?.stock ?? 0
  const message = `Only ${left} of "${sku}" left, ${wantedQuantity} wanted.`
  return new Problem(409, 'out_of_stock', message, { details: { sku, left, wanted: wantedQuantity } })
}

async function findReservation(client: Client, orderId: string, order: Item[]): Promise<Reservation> {
  const { rows } = await client.query<{ released: boolean }>(
    'select released_at is not null as released from inventory.reservations where order_id = $1',
    [orderId],
  )
  if (rows[0]?.released) throw new Problem(409, 'released', `The reservation of order ${orderId} was released.`)
  const items = await reservedItems(client, orderId)
  const isSame =
    items.length === order.length && items.every(({ sku, quantity }, index) => isItem(order[index], sku, quantity))
  if (isSame) return toReservation(orderId, items)
  throw new Problem(422, 'reservation_mismatch', `Order ${orderId} has reserved other items before.`)
}

function isItem(item: Item | undefined, sku: string, quantity: number): boolean {
  return item?.sku === sku && item.quantity === quantity
}

async function reservedItems(client: Client, orderId: string): Promise<Reservation['items']> {
  const { rows } = await client.query<Reservation['items'][number]>(
    `select sku, quantity, unit_price_cents as "unitPriceCents"
     from inventory.reserved_items where order_id = $1 order by sku collate "C"`,
    [orderId],
  )
  return rows
}

function toReservation(orderId: string, items: Reservation['items']): Reservation {
  const totalCents = items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0)
  return { orderId, items, totalCents }
}
