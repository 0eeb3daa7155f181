/**
 * Whether the shop works at all: one order every two seconds for twenty seconds.
 */
import { arrivals } from './arrivals.ts'

export { basket, browse, history, order, visit } from './journey.ts'

export const options = arrivals({ rate: 30, seconds: 20 }, { parts: [{ load: 1, share: 1 }] })
