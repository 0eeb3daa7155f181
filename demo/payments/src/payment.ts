/**
 * What a payment is: the request, as it comes in, and the outcome, as it is kept. The card number is in the first only,
 * so that nothing that is stored or logged can contain it.
 */

import { z } from 'zod'

export const paymentRequest = z.object({
  orderId: z.uuid('expected a UUID'),
  amountCents: z.int().positive('expected a positive number of cents').max(10_000_000, 'expected 100,000 EUR at most'),
  currency: z.literal('EUR', 'only EUR is taken'),
  card: z.string().regex(/^\d{12,19}$/, 'expected a card number: 12 to 19 digits without spaces'),
})
export type PaymentRequest = z.infer<typeof paymentRequest>

export type Outcome = { status: 'authorized'; paymentId: string } | { status: 'declined'; reason: string }

/** As test cards are elsewhere: this one is always declined. */
const declinedCard = '4000000000000002'

export function decide({ card }: PaymentRequest): Outcome {
  if (card === declinedCard) return { status: 'declined', reason: 'The bank declined the card.' }
  return { status: 'authorized', paymentId: crypto.randomUUID() }
}
