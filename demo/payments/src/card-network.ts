/**
 * The faults of payments: a card network that is slow, and one that fails most of the time.
 */

import { setTimeout as wait } from 'node:timers/promises'
import { type Faults, Problem } from '@demo/chassis'

export const paymentFaults = ['payments-slow', 'payments-failing'] as const
export type PaymentFault = (typeof paymentFaults)[number]

const slowMs = 1500
const failingShare = 0.8

/** Does what the faults that are on ask for. */
export async function breakOnCommand(faults: Faults<PaymentFault>): Promise<void> {
  if (faults.isOn('payments-slow')) await wait(slowMs)
  if (faults.isOn('payments-failing') && Math.random() < failingShare) {
    throw new Problem(503, 'card_network_unavailable', 'The card network does not answer.', { retryAfterSeconds: 5 })
  }
}
