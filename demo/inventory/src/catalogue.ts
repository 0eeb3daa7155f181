/**
 * Reads the products from the database, one at a time: the expensive lookup that the cache is there for. In a trace it
 * is a staircase of queries, one step for each product.
 */

import { Problem } from '@demo/chassis'
import type { Database } from '@demo/chassis/database'
import type { Product } from './product.ts'

const columns = 'sku, name, description, price_cents as "priceCents", currency, image, stock'

/** What assembling one product costs: in a grown shop prices, texts and stock come from tables of millions of rows. */
const lookupSeconds = 0.008

export async function readCatalogue(database: Database): Promise<Product[]> {
  const { rows } = await database.query<{ sku: string }>('select sku from inventory.products order by position')
  const products: Product[] = []
  for (const { sku } of rows) products.push(await readProduct(database, sku))
  return products
}

async function readProduct(database: Database, sku: string): Promise<Product> {
  const text = `select ${columns} from inventory.products, pg_sleep($2) where sku = $1`
  const { rows } = await database.query<Product>(text, [sku, lookupSeconds])
  if (!rows[0]) throw unknownProduct(sku)
  return rows[0]
}

export function unknownProduct(sku: string): Problem {
  return new Problem(404, 'unknown_product', `There is no product "${sku}".`, { details: { sku } })
}
