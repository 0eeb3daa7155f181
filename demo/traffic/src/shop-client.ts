/**
 * What a shopper's browser does with the gateway's API: products, one product, an order.
 */

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Patience } from './patience.ts'

const productSchema = z.object({ sku: z.string(), stock: z.number() })
const productsSchema = z.array(productSchema)
const placedSchema = z.object({ id: z.string(), status: z.string() })

export type Product = z.output<typeof productSchema>

export interface NewOrder {
  readonly customer: { readonly name: string; readonly email: string }
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
  readonly card: string
}

export type Placed =
  | { readonly kind: 'placed'; readonly id: string; readonly status: string }
  | { readonly kind: 'refused'; readonly status: number }

/** No answer: the shop is down, not merely failing. */
export class ShopClosed extends Error {
  override readonly name = 'ShopClosed'
}

/** The shop answered, but not with what was asked for. */
export class ShopInTrouble extends Error {
  override readonly name = 'ShopInTrouble'
}

/** Longer than the gateway takes to give up. */
const timeout = 30_000

export class ShopClient {
  readonly #url: string
  readonly #patience: Patience
  readonly #signal: AbortSignal

  /** Requests under way end when `signal` is aborted; `patience` counts which are answered. */
  constructor(url: string, { patience, signal }: { patience: Patience; signal: AbortSignal }) {
    this.#url = url
    this.#patience = patience
    this.#signal = signal
  }

  async products(): Promise<Product[]> {
    return productsSchema.parse((await this.#request('/api/products')).body)
  }

  async look(path: string): Promise<void> {
    await this.#request(path)
  }

  async order(order: NewOrder): Promise<Placed> {
    const { status, body } = await this.#request('/api/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(order),
    })
    if (status >= 400) return { kind: 'refused', status }
    return { kind: 'placed', ...placedSchema.parse(body) }
  }

  async #request(path: string, options: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(timeout)])
    const response = await fetch(new URL(path, this.#url), { ...options, signal }).catch((cause: unknown) => {
      if (!this.#signal.aborted) this.#patience.unanswered(cause)
      throw new ShopClosed(`${this.#url} does not answer`, { cause })
    })
    this.#patience.answered()
    const body: unknown = await response.json().catch(() => undefined)
    const { status } = response
    if (status >= 500) throw new ShopInTrouble(`${path} was answered with status ${status}`)
    return { status, body }
  }
}
