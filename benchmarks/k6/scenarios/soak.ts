/**
 * Half an hour at a constant load: what grows with time, such as memory or a queue, shows only here.
 */
import { arrivals } from './arrivals.ts'

export { basket, browse, history, order, setup, visit } from './journey.ts'

export const options = arrivals({ rate: 120, seconds: 1800 }, { parts: [{ load: 1, share: 1 }] })
