/**
 * What the shop sells, as its callers see it.
 */

export interface Product {
  sku: string
  name: string
  description: string
  priceCents: number
  currency: string
  /** An emoji. */
  image: string
  stock: number
}
