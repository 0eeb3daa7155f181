/**
 * Whether the shop works at all: two shoppers for ten seconds.
 */
import type { Options } from 'k6/options'
import { shopOnce } from './journey.ts'

export const options: Options = {
  scenarios: { smoke: { executor: 'constant-vus', vus: 2, duration: '10s', exec: 'shopper' } },
  thresholds: { checks: ['rate==1'], http_req_failed: ['rate==0'], 'http_req_duration{name:order}': ['p(95)<1000'] },
}

export function shopper(): void {
  shopOnce(0.5)
}
