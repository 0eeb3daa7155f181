/**
 * Delay and utilization of the event loop, for each reader since its own last collection: a scraper and a push, or two
 * scrapers, would otherwise each see only the time since the other one. Node's `monitorEventLoopDelay` is of no use here: its
 * `reset()` also forgets when the last tick was, so that a block right after a collection is never measured.
 */
import { createHistogram, type EventLoopUtilization, performance, type RecordableHistogram } from 'node:perf_hooks'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { withContext } from '../context/context.ts'

/** Milliseconds between two ticks; like that of `monitorEventLoopDelay`, a delay includes it. */
const RESOLUTION_MS = 20
/** Delays from 0.1 ms to an hour, in nanoseconds to three digits: 130 KB for each reader. */
const range = { lowest: 100_000, highest: 3_600_000_000_000, figures: 3 }
/** The reader that has not read for the longest time is forgotten; its next interval begins with the process. */
const MAX_READERS = 8
const NANOSECONDS = 1e9

export interface LoopReading {
  /** In seconds; none where no tick has passed. */
  delay: { min: number; max: number; mean: number; stddev: number; p50: number; p90: number; p99: number } | undefined
  /** 0 to 1. */
  utilization: number
}

interface Interval {
  delay: RecordableHistogram
  utilization: EventLoopUtilization | undefined
}

export class EventLoopMonitor {
  readonly #sinceStart = newInterval()
  /** In the order of their last reading. */
  readonly #intervals = new Map<string, Interval>()
  readonly #timer: NodeJS.Timeout
  #lastTickMs = performance.now()

  constructor() {
    this.#timer = withContext(ROOT_CONTEXT, () => setInterval(this.#tick, RESOLUTION_MS).unref())
  }

  /** What was measured since the last call with this `reader`; at its first call, since the start. */
  read(reader: string): LoopReading {
    const known = this.#intervals.get(reader)
    const { delay, utilization: before } = known ?? this.#sinceStart
    const now = performance.eventLoopUtilization()
    const { utilization } = before === undefined ? now : performance.eventLoopUtilization(now, before)
    const reading = { delay: valuesOf(delay), utilization }
    const interval = known ?? newInterval()
    interval.delay.reset()
    interval.utilization = now
    this.#intervals.delete(reader)
    this.#intervals.set(reader, interval)
    const [oldest] = this.#intervals.keys()
    if (this.#intervals.size > MAX_READERS && oldest !== undefined) this.#intervals.delete(oldest)
    return reading
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  readonly #tick = (): void => {
    const now = performance.now()
    const delayNs = Math.max(Math.round((now - this.#lastTickMs) * 1e6), 1)
    this.#lastTickMs = now
    this.#sinceStart.delay.record(delayNs)
    for (const { delay } of this.#intervals.values()) delay.record(delayNs)
  }
}

function newInterval(): Interval {
  return { delay: createHistogram(range), utilization: undefined }
}

function valuesOf(delay: RecordableHistogram): LoopReading['delay'] {
  if (delay.count === 0) return undefined
  return {
    min: delay.min / NANOSECONDS,
    max: delay.max / NANOSECONDS,
    mean: delay.mean / NANOSECONDS,
    stddev: delay.stddev / NANOSECONDS,
    p50: delay.percentile(50) / NANOSECONDS,
    p90: delay.percentile(90) / NANOSECONDS,
    p99: delay.percentile(99) / NANOSECONDS,
  }
}
