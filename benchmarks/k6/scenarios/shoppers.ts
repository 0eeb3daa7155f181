/**
 * A full shop: fifty shoppers at once for a minute, without a failed request.
 */
import type { Options } from 'k6/options'
import { shopOnce } from './journey.ts'

export const options: Options = {
  scenarios: { shoppers: { executor: 'constant-vus', vus: 50, duration: '60s', exec: 'shopper' } },
  thresholds: { checks: ['rate==1'], http_req_failed: ['rate==0'] },
}

export function shopper(): void {
  shopOnce(2)
}
