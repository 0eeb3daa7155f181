/**
 * To the knee and past it: twelve steps, each a sixth of the rate above the one before, so that the last is twice the rate. Thresholds
 * break on the way; what counts is the step at which they do.
 */
import { arrivals, type Part } from './arrivals.ts'

export { basket, browse, history, order, setup, visit } from './journey.ts'

const STEPS = 12
/** Of a step: the time in which the load changes; the rest of it stays. */
const CHANGE = 0.05

const parts = Array.from({ length: STEPS }, (_, index) => steady((index + 1) / (STEPS / 2))).flat()

export const options = arrivals({ rate: 1200, seconds: 240 }, { parts })

function steady(load: number): Part[] {
  return [
    { load, share: CHANGE / STEPS },
    { load, share: (1 - CHANGE) / STEPS },
  ]
}
