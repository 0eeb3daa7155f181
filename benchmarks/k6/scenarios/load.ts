/**
 * An ordinary busy hour in five minutes: the load grows, stays, and falls. Every objective holds, and the p95 is that of a shop that is well.
 */
import { arrivals } from './arrivals.ts'
import { WELL_MS } from './objectives.ts'

export { basket, browse, history, order, setup, visit } from './journey.ts'

const usual = arrivals(
  { rate: 200, seconds: 300 },
  {
    from: 0.1,
    parts: [
      { load: 1, share: 0.1 },
      { load: 1, share: 0.8 },
      { load: 0.1, share: 0.1 },
    ],
  },
)

export const options = {
  ...usual,
  thresholds: { ...usual.thresholds, 'http_req_duration{expected_response:true}': [`p(95)<=${WELL_MS}`] },
}
