/**
 * What a run must hold: the objectives of the mixin, as thresholds of k6. A test compares them with ops/prometheus/rules/slo.yml.
 */
import type { Options, Threshold } from 'k6/options'

/** Share of requests without a status of 500 or above, and of requests within a time in seconds. */
export const objectives = { availability: 0.999, latency: { share: 0.99, seconds: 0.5 } }

/** A constant or slowly growing load: the p95 of a shop that is well, in milliseconds. */
export const WELL_MS = 250

/**
 * Every scenario has these. A dropped iteration has no sample of its own, so without its own threshold a system that is too slow to
 * take the load would seem to hold it.
 */
export function thresholdsOf({ abort = false }: { abort?: boolean } = {}): NonNullable<Options['thresholds']> {
  const one = (threshold: string): (Threshold | string)[] =>
    abort ? [{ threshold, abortOnFail: true, delayAbortEval: '5s' }] : [threshold]
  const percentile = objectives.latency.share * 100
  return {
    // Where nothing is requested nothing fails, either.
    http_reqs: ['count>0'],
    checks: ['rate==1'],
    dropped_iterations: one('count==0'),
    http_req_failed: one(`rate<=${round(1 - objectives.availability)}`),
    http_req_duration: one(`p(${percentile})<=${objectives.latency.seconds * 1000}`),
  }
}

function round(share: number): number {
  return Math.round(share * 1e6) / 1e6
}
