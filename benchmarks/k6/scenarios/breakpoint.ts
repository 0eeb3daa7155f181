/**
 * Ever more load until an objective breaks; then it ends. The load at the end is what the shop can take.
 */
import { arrivals } from './arrivals.ts'

export { basket, browse, history, order, setup, visit } from './journey.ts'

export const options = arrivals(
  { rate: 3000, seconds: 300 },
  { from: 0.05, parts: [{ load: 1, share: 1 }], abort: true },
)
