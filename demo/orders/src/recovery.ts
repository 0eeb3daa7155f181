/**
 * Takes back what orders that did not come about still hold: stock set aside, a payment authorised. It is tried at once
 * when an order ends that way, and again and again for what was left behind by a crash or by a service that was down.
 */

import { Problem } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import type { OrderMetrics } from './order-metrics.ts'
import type { OrderStore, RecoveryTimes } from './order-store.ts'
import type { Suppliers } from './suppliers.ts'

export interface RecoveryParts {
  obs: Observe
  store: OrderStore
  suppliers: Suppliers
  metrics: OrderMetrics
}

/** Longer than placing an order can take: both tries of both suppliers, and a busy database. */
const PENDING_SECONDS = 60
/** Long enough for the attempt that ended the order to take back by itself. */
const ENDED_SECONDS = 15
/** Longer than one sweep of fifty orders with a supplier that is down. */
const CLAIM_SECONDS = 60
/** Until an order that could not be taken back is tried again. */
const RETRY_SECONDS = 5

const times: RecoveryTimes = {
  pendingSeconds: PENDING_SECONDS,
  endedSeconds: ENDED_SECONDS,
  claimSeconds: CLAIM_SECONDS,
}

export class Recovery {
  readonly #parts: RecoveryParts
  readonly #underWay = new Set<Promise<boolean>>()

  constructor(parts: RecoveryParts) {
    this.#parts = parts
  }

  /** Takes back what an ended order holds; false where that has to wait. */
  async compensate(id: string): Promise<boolean> {
    const { obs, store, suppliers } = this.#parts
    try {
      await suppliers.takeBack(id)
      await store.compensated(id)
      return true
    } catch (error) {
      obs.log.warn({ orderId: id, err: error }, 'could not take back an order, tries again later')
      return false
    }
  }

  /** The same, without letting the customer wait for it. */
  compensateSoon(id: string): void {
    const work = this.compensate(id).finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  /** Waits for what is under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  /** Looks after the orders that were left behind. To be called every few seconds. */
  async sweep(after: Partial<RecoveryTimes> = {}): Promise<void> {
    const { obs, store, metrics } = this.#parts
    const orders = await obs.untraced(() => store.claimLeftBehind({ ...times, ...after }))
    for (const { id, status } of orders) {
      await obs.span('recover order', { attributes: { 'shop.order.id': id } }, async () => {
        // An order may have been confirmed since it was listed; it is not to be touched then.
        if (status === 'pending' && !(await this.#fail(id))) return
        if (!(await this.compensate(id))) return store.recoverAfter(id, RETRY_SECONDS)
        metrics.recovered()
        obs.log.info({ orderId: id }, 'took back an order that was left behind')
      })
    }
  }

  async #fail(id: string): Promise<boolean> {
    const { store, metrics } = this.#parts
    const problem = new Problem(503, 'interrupted', 'The order was interrupted and given up. Nothing was charged.')
    const hasEnded = await store.end(id, { state: 'failed', problem, toCompensate: true })
    if (hasEnded) metrics.ended('failed')
    return hasEnded
  }
}
