/**
 * What a shopper's browser does with the gateway's API: products, one product, an order. It has the cookie by which the gateway knows
 * the shopper whose orders these are.
 */

import { randomUUID } from 'node:crypto'
import { type Answer, type HttpCall, HttpClient } from '@demo/chassis'
import { z } from 'zod'
import type { ClosedShop } from './closed-shop.ts'

const productSchema = z.object({ sku: z.string(), stock: z.number() })
const productsSchema = z.array(productSchema)
const placedSchema = z.object({ id: z.string(), status: z.string() })

export type Product = z.output<typeof productSchema>

export interface NewOrder {
  readonly customer: { readonly name: string; readonly email: string }
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
  readonly card: string
}

export type OrderResult =
  | { readonly kind: 'placed'; readonly id: string; readonly status: string }
  | { readonly kind: 'refused'; readonly status: number }

/** No answer: the shop is down, not merely failing. */
export class ShopClosed extends Error {
  override readonly name = 'ShopClosed'
}

/** The shop answered, but not with what was asked for. */
export class ShopFailed extends Error {
  override readonly name = 'ShopFailed'
}

/** Longer than the gateway takes to give up. */
const timeoutMs = 30_000

export class ShopClient {
  readonly #url: string
  readonly #closed: ClosedShop
  readonly #client: HttpClient
  readonly #cookie = `shopper=${randomUUID()}`

  /** Requests under way end when `signal` is aborted; `closed` counts which are answered. */
  constructor(url: string, { closed, signal }: { closed: ClosedShop; signal: AbortSignal }) {
    this.#url = url
    this.#closed = closed
    this.#client = new HttpClient({ url, timeoutMs, signal })
  }

  async products(): Promise<Product[]> {
    return productsSchema.parse((await this.#request('/api/products')).body)
  }

  async read(path: string): Promise<void> {
    await this.#request(path)
  }

  async order(order: NewOrder): Promise<OrderResult> {
    const { status, body } = await this.#request('/api/orders', {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: order,
    })
    if (status >= 400) return { kind: 'refused', status }
    return { kind: 'placed', ...placedSchema.parse(body) }
  }

  /** One attempt: a shopper who gets no answer comes back later. */
  async #request(path: string, options: Omit<HttpCall, 'path'> = {}): Promise<Answer> {
    const answer = await this.#client.call({
      ...options,
      headers: { ...options.headers, cookie: this.#cookie },
      path,
      repeatable: false,
    })
    if (answer.kind !== 'answer') {
      this.#closed.unanswered(answer.cause)
      throw new ShopClosed(`${this.#url} does not answer`, { cause: answer.cause })
    }
    this.#closed.answered()
    if (answer.status >= 500) throw new ShopFailed(`${path} was answered with status ${answer.status}`)
    return answer
  }
}
