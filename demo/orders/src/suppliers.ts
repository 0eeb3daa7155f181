/**
 * The two services that an order needs: inventory sets stock aside, payments charges the card. Both can be taken back.
 */

import { z } from 'zod'
import { Dependency } from './dependency.ts'
import type { OrderItem } from './order.ts'

const reservation = z.object({
  items: z.array(z.object({ sku: z.string(), quantity: z.int(), unitPriceCents: z.int() })),
  totalCents: z.int(),
})
export type Reservation = z.infer<typeof reservation>

export interface Charge {
  orderId: string
  amountCents: number
  currency: string
  card: string
}

export interface SupplierUrls {
  inventoryUrl: string
  paymentsUrl: string
}

export class Suppliers {
  readonly #inventory: Dependency
  readonly #payments: Dependency

  /** @param isEager whether a call that failed is repeated at once, again and again */
  constructor({ inventoryUrl, paymentsUrl }: SupplierUrls, isEager: () => boolean) {
    this.#inventory = new Dependency('inventory', inventoryUrl, 5_000, isEager)
    this.#payments = new Dependency('payments', paymentsUrl, 5_000, isEager)
  }

  /** Throws a Problem: 409 `out_of_stock`, 404 `unknown_product`. */
  async reserve(orderId: string, items: OrderItem[]): Promise<Reservation> {
    const call = { method: 'POST', path: '/reservations', body: { orderId, items } } as const
    return reservation.parse(await this.#inventory.call(call))
  }

  /** Throws a Problem: 402 `declined`. */
  async pay(charge: Charge): Promise<void> {
    await this.#payments.call({ method: 'POST', path: '/payments', body: charge })
  }

  /** Takes back whatever an order got, also what it may only have got. */
  async takeBack(orderId: string): Promise<void> {
    await Promise.all([
      this.#inventory.call({ method: 'DELETE', path: `/reservations/${orderId}` }),
      this.#payments.call({ method: 'DELETE', path: `/payments/${orderId}` }),
    ])
  }
}
