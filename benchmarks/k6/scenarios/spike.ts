/**
 * A sale begins: six times the load within a second or two, for a while, then the usual one again. The shop may be slow in the spike; it
 * has to answer, and to be well again after it.
 */
import { arrivals } from './arrivals.ts'

export { basket, browse, history, order, setup, visit } from './journey.ts'

export const options = arrivals(
  { rate: 200, seconds: 120 },
  {
    parts: [
      { load: 1, share: 0.3 },
      { load: 6, share: 0.02 },
      { load: 6, share: 0.15 },
      { load: 1, share: 0.02 },
      { load: 1, share: 0.51 },
    ],
  },
)
