/**
 * Load at a fixed rate that does not wait for answers: each request has the time at which it is due, and its latency counts
 * from there, so a server that stalls is charged for all who would have come meanwhile (no coordinated omission). autocannon's
 * `-R` sends what belongs to a second all at once at its beginning; requests here are evenly spaced.
 */
import { build, type Histogram } from 'hdr-histogram-js'
import { Pool } from 'undici'

export interface RateOrder {
  origin: string
  paths: string[]
  /** Requests in a second. */
  rate: number
  seconds: number
}

export interface RateResult {
  answered: number
  failed: number
  /** From when the request was due to the end of its answer. */
  latencyMs: { p50: number; p99: number; max: number }
}

/** More than any of the servers needs at half of its capacity; beyond it a request waits, and its latency says so. */
const CONNECTIONS = 64

export async function fixedRate({ origin, paths, rate, seconds }: RateOrder): Promise<RateResult> {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 })
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 })
  const total = Math.round(rate * seconds)
  const tally = { answered: 0, failed: 0 }
  const begun = performance.now() + 10
  await new Promise<void>((resolve) => {
    let sent = 0
    function settle(dueMs: number, ok: boolean): void {
      histogram.recordValue(Math.max(1, Math.round((performance.now() - dueMs) * 1000)))
      tally[ok ? 'answered' : 'failed'] += 1
      if (tally.answered + tally.failed === total) resolve()
    }
    function sendWhatIsDue(): void {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * rate))
      while (sent < due) {
        request(pool, paths[sent % paths.length] ?? '/', begun + (sent / rate) * 1000, settle)
        sent += 1
      }
      // Timers of Node.js know whole milliseconds only; at high rates that would make bursts.
      if (sent < total) setImmediate(sendWhatIsDue)
    }
    sendWhatIsDue()
  })
  await pool.close()
  return { ...tally, latencyMs: latencies(histogram) }
}

function request(pool: Pool, path: string, dueMs: number, settle: (dueMs: number, ok: boolean) => void): void {
  let status = 0
  pool.dispatch(
    { path, method: 'GET' },
    {
      onRequestStart: () => undefined,
      onResponseStart(_controller, statusCode) {
        status = statusCode
      },
      onResponseData: () => undefined,
      onResponseEnd: () => settle(dueMs, status === 200),
      onResponseError: () => settle(dueMs, false),
    },
  )
}

function latencies(histogram: Histogram): RateResult['latencyMs'] {
  const [p50 = 0, p99 = 0] = [50, 99].map((percent) => histogram.getValueAtPercentile(percent) / 1000)
  return { p50, p99, max: histogram.maxValue / 1000 }
}
