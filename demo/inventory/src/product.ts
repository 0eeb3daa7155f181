/**
 * What the shop sells, as its callers see it.
 */

export interface Product {
  sku: string
  name: string
  description: string
  priceCents: number
  currency: string
  /** The name of a drawing of the storefront. */
  image: string
  stock: number
}
