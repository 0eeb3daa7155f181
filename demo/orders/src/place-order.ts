/**
 * Placing an order: reserve the stock, charge the card, confirm. The order is written down before the first step, so
 * that whatever happens in between, a crash included, is found and taken back (see recovery.ts).
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Faults, Problem, problemOf, traceIdOf } from '@demo/chassis'
import type { Client } from '@demo/chassis/database'
import { receiptAttributes } from '@demo/chassis/queue'
import type { Observe } from '@lab/observe'
import { SpanKind } from '@opentelemetry/api'
import { customerReference } from './customer-reference.ts'
import { type EndState, fingerprintOf, type Order, type OrderRequest } from './order.ts'
import type { OrderFault } from './order-faults.ts'
import type { OrderMetrics } from './order-metrics.ts'
import type { KeyedOrder, OrderStore } from './order-store.ts'
import type { ReceiptQueue } from './receipt-queue.ts'
import type { Recovery } from './recovery.ts'
import type { Suppliers } from './suppliers.ts'
import { Turns } from './turns.ts'

export interface PlaceOrderParts {
  obs: Observe
  store: OrderStore
  suppliers: Suppliers
  queue: ReceiptQueue
  metrics: OrderMetrics
  recovery: Recovery
  faults: Faults<OrderFault>
}

/** How long a repeated request waits for the first one. */
const waitForFirst = { attempts: 40, everyMs: 200 }

/** Orders whose hashes are made at once: as many as libuv has threads. */
const HASHES_AT_ONCE = 4

/** Who places an order. */
export interface Caller {
  readonly shopper?: string | undefined
  /** Whether the caller no longer waits for the answer. */
  hasLeft(): boolean
}

export class PlaceOrder {
  readonly #parts: PlaceOrderParts
  readonly #hashing = new Turns(HASHES_AT_ONCE)

  constructor(parts: PlaceOrderParts) {
    this.#parts = parts
  }

  /** `isNew` is false where the key had its order already. Throws a Problem when no order came about. */
  async place(key: string, request: OrderRequest, caller: Caller): Promise<{ order: Order; isNew: boolean }> {
    const { obs, store, faults } = this.#parts
    const { shopper } = caller
    const fingerprint = await this.#hashing.take(
      () => caller.hasLeft(),
      async () => {
        const reference = await customerReference(request.customer.email, faults.isOn('blocking-hash'))
        obs.set({ 'customer.reference': reference })
        return fingerprintOf(key, request)
      },
    )
    const traceId = traceIdOf(obs.carrier())
    const order = await store.begin({ id: randomUUID(), key, fingerprint, request, shopper, traceId })
    if (!order) return { order: await this.#repeat(key, fingerprint), isNew: false }
    try {
      return { order: await this.#fulfil(order, request), isNew: true }
    } catch (error) {
      return { order: await this.#giveUp(order, error), isNew: true }
    }
  }

  async #fulfil({ id, currency }: Order, { customer, items, card }: OrderRequest): Promise<Order> {
    const { obs, store, suppliers, queue, metrics, faults } = this.#parts
    const reservation = await suppliers.reserve(id, items)
    const { totalCents } = reservation
    const pay = () => suppliers.pay({ orderId: id, amountCents: totalCents, currency, card })
    const holdsLock = faults.isOn('lock-across-call')
    if (!holdsLock) await pay()
    const receipt = { orderId: id, to: customer.email, name: customer.name, currency, ...reservation }
    const queueReceipt = (client: Client) =>
      obs.span('queue receipt', { kind: SpanKind.PRODUCER, attributes: receiptAttributes }, () =>
        queue.add(client, { ...receipt, carrier: obs.carrier() }),
      )
    const confirmed = await store.confirm(id, reservation, queueReceipt, holdsLock ? pay : undefined)
    if (!confirmed) throw tooLate()
    metrics.confirmed(totalCents, currency)
    obs.log.info({ orderId: id, totalCents, currency }, 'order confirmed')
    return confirmed
  }

  /** Ends the order and takes back what it got. Gives the order after all where only the answer of its commit was lost. */
  async #giveUp({ id }: Order, error: unknown): Promise<Order> {
    const { obs, store, metrics, recovery } = this.#parts
    const { state, problem } = meaningOf(error)
    const toCompensate = state === 'declined' || state === 'failed'
    const hasEnded = await store.end(id, { state, problem, toCompensate })
    if (!hasEnded) {
      const order = await store.find(id)
      if (order.status === 'confirmed') return order
      throw tooLate()
    }
    metrics.ended(state)
    obs.log.warn(
      { orderId: id, outcome: state, ...(state === 'failed' && { err: error }) },
      `order ${state}: ${problem.message}`,
    )
    if (state === 'declined') await recovery.compensate(id)
    else if (toCompensate) recovery.compensateSoon(id)
    const { details } = problem
    throw new Problem(problem.status, problem.code, problem.message, {
      details: { ...details, orderId: id },
      ...(problem.status === 503 && { retryAfterSeconds: 5 }),
      cause: error,
    })
  }

  /** The order that has the key, once it has ended. */
  async #repeat(key: string, fingerprint: string): Promise<Order> {
    const { store } = this.#parts
    for (let attempt = 0; attempt < waitForFirst.attempts; attempt += 1) {
      const order = await store.findByKey(key)
      if (!order)
        throw new Problem(503, 'first_attempt_failed', 'The first attempt at this order just failed; try again.', {
          retryAfterSeconds: 1,
        })
      if (order.fingerprint !== fingerprint) {
        throw new Problem(
          422,
          'idempotency_key_reused',
          'This Idempotency-Key belongs to another order. Take a new one.',
        )
      }
      if (order.status !== 'pending') return answerAgain(order)
      await wait(waitForFirst.everyMs)
    }
    throw new Problem(409, 'in_progress', 'This order is still being placed; ask again.', { retryAfterSeconds: 2 })
  }
}

/** Recovery took the order for one that a crash had left behind. */
function tooLate(): Problem {
  return new Problem(503, 'too_late', 'The order took too long and was given up.', { retryAfterSeconds: 1 })
}

function answerAgain({ fingerprint: _, problem, ...order }: KeyedOrder): Order {
  if (!problem) return order
  const { status, code, message, details } = problem
  throw new Problem(status, code, message, { details: { ...details, orderId: order.id } })
}

function meaningOf(error: unknown): { state: Exclude<EndState, 'confirmed'>; problem: Problem } {
  const problem = problemOf(error)
  if (problem.status === 402) return { state: 'declined', problem }
  if (problem.code === 'out_of_stock') return { state: 'out_of_stock', problem }
  if (problem.code === 'unknown_product') {
    const { code, message, details } = problem
    return { state: 'rejected', problem: new Problem(422, code, message, details && { details }) }
  }
  return { state: 'failed', problem: problem.status >= 500 ? problem : unexpected(problem) }
}

/** An answer that a supplier gives only to a mistake of ours. */
function unexpected(cause: Problem): Problem {
  return new Problem(500, 'internal', 'Something went wrong here. The log has it under this trace id.', { cause })
}
