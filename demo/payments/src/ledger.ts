/**
 * The payments, one per order, in PostgreSQL: asking again for the same order gives the same answer, from any instance and
 * after a restart, also while the first is still being decided. Voiding closes an order for good: a charge that comes later
 * is refused, and one that was under way is given back as soon as the card network has answered.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '@demo/chassis'
import type { Client } from '@demo/chassis/database'
import type { Outcome, PaymentRequest } from './payment.ts'

export interface Entry {
  status: 'authorizing' | 'authorized' | 'declined' | 'voided'
  amountCents: number | null
  paymentId: string | null
  reason: string | null
}

export interface LedgerTimes {
  /** Milliseconds that a repeated request waits for the first one. */
  waitMs: number
  /** Seconds after which a request that has not ended is taken for one that a crash left behind. */
  leaseSeconds: number
}

/** Deletes at most `$2` payments that are older than `$1` days. */
export const purgePayments = `
  delete from payments.payments where order_id in (
    select order_id from payments.payments where created_at < now() - make_interval(days => $1)
    limit $2 for update skip locked)`

const POLL_MS = 50
/** Shorter than the time-out of the caller, and longer than the card network takes when it is slow. */
const usual: LedgerTimes = { waitMs: 4000, leaseSeconds: 10 }

export class Ledger {
  readonly #client: Client
  readonly #times: LedgerTimes

  constructor(client: Client, times: LedgerTimes = usual) {
    this.#client = client
    this.#times = times
  }

  /** The outcome for the order; `authorise` is called only where there is none yet. */
  async pay(request: PaymentRequest, authorise: () => Promise<Outcome>): Promise<{ outcome: Outcome; isNew: boolean }> {
    const { orderId, amountCents } = request
    const attempt = randomUUID()
    const deadline = performance.now() + this.#times.waitMs
    for (;;) {
      if (await this.#begin(request, attempt))
        return { outcome: await this.#decide(orderId, attempt, authorise), isNew: true }
      const entry = await this.find(orderId)
      if (entry) {
        if (entry.status === 'voided') throw voided(orderId)
        if (entry.amountCents !== amountCents) throw mismatch(orderId, entry.amountCents, amountCents)
        if (entry.status !== 'authorizing') return { outcome: outcomeOf(entry), isNew: false }
      }
      if (performance.now() > deadline) {
        throw new Problem(503, 'in_progress', `The payment of order ${orderId} is still being decided.`, {
          retryAfterSeconds: 1,
        })
      }
      await wait(POLL_MS)
    }
  }

  /** Undoes the payment of an order, or forbids it. Idempotent. */
  async void(orderId: string): Promise<void> {
    await this.#client.query(
      `insert into payments.payments as p (order_id, status, ended_at) values ($1, 'voided', now())
       on conflict (order_id) do update set status = 'voided', ended_at = now() where p.status <> 'voided'`,
      [orderId],
    )
  }

  async find(orderId: string): Promise<Entry | undefined> {
    const { rows } = await this.#client.query<Entry>(
      `select status, amount_cents as "amountCents", payment_id as "paymentId", reason
       from payments.payments where order_id = $1`,
      [orderId],
    )
    return rows[0]
  }

  /** Whether this attempt is the one that asks the card network: the first, or the first after one that was left behind. */
  async #begin({ orderId, amountCents, currency }: PaymentRequest, attempt: string): Promise<boolean> {
    const { rowCount } = await this.#client.query(
      `insert into payments.payments as p (order_id, status, amount_cents, currency, attempt, attempted_at)
       values ($1, 'authorizing', $2, $3, $4, now())
       on conflict (order_id) do update set attempt = $4, attempted_at = now()
       where p.status = 'authorizing' and p.amount_cents = $2
         and p.attempted_at < now() - make_interval(secs => $5)`,
      [orderId, amountCents, currency, attempt, this.#times.leaseSeconds],
    )
    return rowCount === 1
  }

  async #decide(orderId: string, attempt: string, authorise: () => Promise<Outcome>): Promise<Outcome> {
    let outcome: Outcome
    try {
      outcome = await authorise()
    } catch (error) {
      // The next request may begin again, unless the order was voided meanwhile.
      const text = `delete from payments.payments where order_id = $1 and attempt = $2 and status = 'authorizing'`
      await this.#client.query(text, [orderId, attempt])
      throw error
    }
    const { rowCount } = await this.#client.query(
      `update payments.payments set status = $3, payment_id = $4, reason = $5, ended_at = now()
       where order_id = $1 and attempt = $2 and status = 'authorizing'`,
      [
        orderId,
        attempt,
        outcome.status,
        outcome.status === 'authorized' ? outcome.paymentId : null,
        outcome.status === 'declined' ? outcome.reason : null,
      ],
    )
    if (rowCount === 1) return outcome
    const entry = await this.find(orderId)
    // Voided while the card network was asked. A real one would be asked to release the amount here.
    if (!entry || entry.status === 'voided') throw voided(orderId)
    if (entry.status === 'authorizing') {
      throw new Problem(503, 'in_progress', `Another request decides the payment of order ${orderId}.`, {
        retryAfterSeconds: 1,
      })
    }
    return outcomeOf(entry)
  }
}

function outcomeOf({ status, paymentId, reason }: Entry): Outcome {
  if (status === 'authorized' && paymentId !== null) return { status, paymentId }
  return { status: 'declined', reason: reason ?? 'The bank declined the card.' }
}

function voided(orderId: string): Problem {
  return new Problem(409, 'voided', `The payment of order ${orderId} was voided.`)
}

function mismatch(orderId: string, paid: number | null, asked: number): Problem {
  return new Problem(422, 'payment_mismatch', `Order ${orderId} was paid with ${paid} cents, not ${asked}.`)
}
