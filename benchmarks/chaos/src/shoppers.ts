/**
 * Shoppers who want their orders: each looks at the shelf, orders, and looks at the order, and repeats an order under its key until the shop
 * has decided, as the storefront does. What each request was answered with and when is kept.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

export type Route = 'shelf' | 'order' | 'look'

/** One request. Times are epoch milliseconds. */
export interface Attempt {
  readonly route: Route
  readonly begin: number
  readonly end: number
  /** 0 where there was no answer. */
  readonly status: number
  /** Code of the shop's problem. */
  readonly code: string
}

/** An order that was answered with 201 or 200. */
export interface Accepted {
  readonly id: string
  readonly key: string
  readonly traceId: string
  /** Of its first attempt, in epoch milliseconds. */
  readonly begin: number
  readonly end: number
}

export interface Visits {
  readonly attempts: Attempt[]
  readonly accepted: Accepted[]
  /** Orders whose fate no shopper got to know. */
  undecided: number
}

/** Longer than the gateway takes to give up, in milliseconds. */
const TIMEOUT_MS = 40_000
/** How long a shopper repeats an order: longer than an order that was left behind waits for its recovery. */
const REPEATED_FOR_MS = 150_000
const RETRY_MS = 1000
/** Mean time between two requests of a shopper, in milliseconds. */
const THINK_MS = 3000

const shelfSchema = z.array(z.object({ sku: z.string(), stock: z.number() }))
const orderSchema = z.object({ id: z.string(), traceId: z.string() })
const problemSchema = z.object({ error: z.object({ code: z.string() }) })

interface Answered {
  readonly attempt: Attempt
  readonly body: unknown
}

/** Resolves once `signal` is aborted and every shopper has left. */
export async function goShopping(gateway: string, shoppers: number, signal: AbortSignal): Promise<Visits> {
  const visits: Visits = { attempts: [], accepted: [], undecided: 0 }
  await Promise.all(Array.from({ length: shoppers }, () => new Shopper(gateway, visits).shop(signal)))
  return visits
}

class Shopper {
  readonly #gateway: string
  readonly #visits: Visits
  readonly #cookie = `shopper=${randomUUID()}`

  constructor(gateway: string, visits: Visits) {
    this.#gateway = gateway
    this.#visits = visits
  }

  async shop(signal: AbortSignal): Promise<void> {
    await think(signal)
    while (!signal.aborted) {
      const { body } = await this.#request('shelf', '/api/products')
      await think(signal)
      const sku = pick(shelfSchema.safeParse(body).data?.filter(({ stock }) => stock > 2) ?? [])?.sku
      if (signal.aborted || sku === undefined) continue
      const id = await this.#order(sku)
      await think(signal)
      if (id !== undefined) await this.#request('look', `/api/orders/${id}`)
      await think(signal)
    }
  }

  async #order(sku: string): Promise<string | undefined> {
    const key = randomUUID()
    const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
    const order = JSON.stringify({ customer, items: [{ sku, quantity: 1 }], card: '4242424242424242' })
    const begin = Date.now()
    while (Date.now() - begin < REPEATED_FOR_MS) {
      const { attempt, body } = await this.#request('order', '/api/orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: order,
      })
      const { status, code, end } = attempt
      if (status === 200 || status === 201) {
        const { id, traceId } = orderSchema.parse(body)
        this.#visits.accepted.push({ id, key, traceId, begin, end })
        return id
      }
      if (status >= 400 && status < 500 && code !== 'in_progress') return undefined
      await delay(RETRY_MS)
    }
    this.#visits.undecided += 1
    return undefined
  }

  async #request(route: Route, path: string, options: RequestInit = {}): Promise<Answered> {
    const begin = Date.now()
    const headers = new Headers(options.headers)
    headers.set('cookie', this.#cookie)
    const answer = await fetch(this.#gateway + path, { ...options, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
      .then(async (response) => ({ status: response.status, body: parse(await response.text()) }))
      .catch(() => ({ status: 0, body: undefined }))
    const code = problemSchema.safeParse(answer.body).data?.error.code ?? ''
    const attempt = { route, begin, end: Date.now(), status: answer.status, code }
    this.#visits.attempts.push(attempt)
    return { attempt, body: answer.body }
  }
}

/** Until the time has passed or the shop closes. */
async function think(signal: AbortSignal): Promise<void> {
  const time = -Math.log(1 - Math.random()) * THINK_MS
  await delay(Math.min(time, 5 * THINK_MS), undefined, { signal }).catch(() => undefined)
}

function pick<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
