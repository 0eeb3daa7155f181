/**
 * Whether the shop works at all: one order every two seconds for twenty seconds. That is some 140 requests, of which the 99th percentile
 * is the second slowest, and the first ones meet services that have just started: so the objective for the latency is held by the median.
 */
import { arrivals } from './arrivals.ts'
import { objectives } from './objectives.ts'

export { basket, browse, history, order, setup, visit } from './journey.ts'

const usual = arrivals({ rate: 30, seconds: 20 }, { parts: [{ load: 1, share: 1 }] })

export const options = {
  ...usual,
  thresholds: { ...usual.thresholds, http_req_duration: [`med<=${objectives.latency.seconds * 1000}`] },
}
