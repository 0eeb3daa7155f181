/**
 * Load at a fixed rate that does not wait for answers: each request has the time at which it is due, and its latency counts
 * from there, so a server that stalls is charged for all who would have come meanwhile (no coordinated omission). autocannon's
 * `-R` sends what belongs to a second all at once at its beginning; requests here are evenly spaced.
 */
import { build, type Histogram } from 'hdr-histogram-js'
import { Connection } from './connection.ts'

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
  const url = new URL(origin)
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`)
  const idle = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(url)))
  const all = [...idle]
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 })
  const total = Math.round(rate * seconds)
  const tally = { answered: 0, failed: 0 }
  const begun = performance.now() + 10
  await new Promise<void>((resolve, reject) => {
    let sent = 0
    function sendWhatIsDue(): void {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * rate))
      while (sent < due) {
        const connection = idle.shift()
        if (connection === undefined) break
        send(connection, sent)
        sent += 1
      }
      if (sent === total) return
      nap(sent < due ? LONGEST_NAP_MS : begun + ((due + 1) / rate) * 1000 - performance.now())
      setImmediate(sendWhatIsDue)
    }
    function send(connection: Connection, index: number): void {
      const dueMs = begun + (index / rate) * 1000
      connection.send(requests[index % requests.length] ?? '', (outcome) => {
        if (outcome instanceof Error) return reject(outcome)
        histogram.recordValue(Math.max(1, Math.round((performance.now() - dueMs) * 1000)))
        tally[outcome === 200 ? 'answered' : 'failed'] += 1
        idle.push(connection)
        if (tally.answered + tally.failed === total) resolve()
      })
    }
    sendWhatIsDue()
  })
  for (const connection of all) connection.close()
  return { ...tally, latencyMs: latencies(histogram) }
}

const NEVER = new Int32Array(new SharedArrayBuffer(4))
/** Answers are read in between. */
const LONGEST_NAP_MS = 0.1

/**
 * Leaves the core to the receiver, which shares it: a generator that spins is held up by it for milliseconds, for which the server
 * would be charged. Timers of Node.js know whole milliseconds only, which would make bursts.
 */
function nap(ms: number): void {
  if (ms > 0) Atomics.wait(NEVER, 0, 0, Math.min(ms, LONGEST_NAP_MS))
}

function latencies(histogram: Histogram): RateResult['latencyMs'] {
  const [p50 = 0, p99 = 0] = [50, 99].map((percent) => histogram.getValueAtPercentile(percent) / 1000)
  return { p50, p99, max: histogram.maxValue / 1000 }
}
