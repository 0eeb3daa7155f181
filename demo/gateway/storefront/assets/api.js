/**
 * Talks to the gateway. What goes wrong arrives as a ShopError whose message can be shown to a person as it is.
 */

import { errorWords } from './error-words.js'

const timeout = 30_000

/**
 * @typedef {{ sku: string, name: string, description: string, priceCents: number, currency: string, image: string, stock: number }} Product
 * @typedef {{ sku: string, quantity: number, unitPriceCents?: number }} OrderItem
 * @typedef {{ id: string, status: string, totalCents: number | null, currency: string, items: OrderItem[], traceId?: string | null, createdAt: string }} Order
 * @typedef {{ state: 'sent' | 'pending' | 'unknown' | 'none', to?: string, sentAt?: string }} Receipt
 * @typedef {{ name: string, purpose: string, healthy: boolean, latencyMs: number, faults: string[], problem?: string }} ServiceStatus
 * @typedef {{ depth: number, oldestAgeSeconds?: number | null }} Queue
 * @typedef {{ name: string, service?: string, severity?: string, status: 'firing' | 'resolved', summary?: string, description?: string, runbookUrl?: string, startsAt: string, endsAt?: string }} Alert
 * @typedef {{ healthy: boolean, services: ServiceStatus[], queue: Queue | null, alerts: Alert[] | null }} Status
 */

export class ShopError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number, code?: string, details?: unknown, traceId?: string, cause?: unknown }} [options]
   */
  constructor(message, { status = 0, code = '', details, traceId, cause } = {}) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.details = details
    this.traceId = traceId
  }

  /** Whether the shop has not decided yet, so that the same request is worth repeating. */
  get isUndecided() {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.code === 'in_progress'
  }

  /** The order that came to nothing, if there is one to look at. */
  get orderId() {
    const { details } = this
    return typeof details === 'object' && details !== null && 'orderId' in details ? String(details.orderId) : undefined
  }
}

/** @returns {Promise<Product[]>} */
export function getProducts() {
  return request('/api/products')
}

/** @returns {Promise<Order[]>} */
export function getOrders() {
  return request('/api/orders?limit=30')
}

/** @param {string} id @returns {Promise<Order & { receipt: Receipt }>} */
export function getOrder(id) {
  return request(`/api/orders/${encodeURIComponent(id)}`)
}

/** @returns {Promise<Status>} */
export function getStatus() {
  return request('/api/status')
}

/** @param {string} body @param {string} idempotencyKey @returns {Promise<Order>} */
export function placeOrder(body, idempotencyKey) {
  return request('/api/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body,
  })
}

/** @param {string} path @param {RequestInit} [options] */
async function request(path, options = {}) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(timeout) }).catch((cause) => {
    throw new ShopError('The shop does not answer. Check your connection and try again.', { cause })
  })
  const body = await response.json().catch(() => undefined)
  if (response.ok && body !== undefined) return body
  const { message, ...rest } = body?.error ?? {}
  const words = errorWords({ status: response.status, ...rest })
  throw new ShopError(words, { status: response.status, ...rest, cause: message })
}
