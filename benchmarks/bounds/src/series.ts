/**
 * A service with so many series of one histogram, with exemplars.
 */
import type { Observe, ObserveOptions } from '@lab/observe'

/** A histogram has 15 buckets, a sum and a count. */
const LINES = 17

export function scraped(series: number): ObserveOptions {
  return {
    service: 'scraped',
    admin: false,
    log: { level: 'silent' },
    // No endpoint takes the spans; they are here for the exemplars of the buckets.
    traces: { endpoint: 'http://127.0.0.1:9' },
    metrics: { maxSeries: setsOf(series) },
  }
}

export function fill(obs: Observe, series: number): void {
  const latency = obs.histogram('request.duration', { unit: 's' })
  for (let set = 0; set < setsOf(series); set += 1) {
    const labels = { method: 'GET', route: `/things/${set}/:id`, status: 200 }
    for (const seconds of [0.003, 0.04, 0.3]) obs.span('request', () => latency.record(seconds, labels))
  }
}

function setsOf(series: number): number {
  return Math.ceil(series / LINES)
}
