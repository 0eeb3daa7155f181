/**
 * A user's histogram with its clock: `time(fn)` and `startTimer()` record durations in the histogram's own unit.
 */
import type { Attributes } from '@opentelemetry/api'
import { attribute } from '../conventions/names.ts'
import { asError } from '../conventions/thrown.ts'
import { monotonicMs } from '../time/clock.ts'
import type { Histogram } from '../types.ts'
import { unitsPerSecond } from './default-bounds.ts'

export class TimedHistogram implements Histogram {
  readonly record: Histogram['record']
  /** Not a number for a unit that is none of time: such a measurement is rejected and counted. */
  readonly #perMs: number

  constructor(unit: string, record: Histogram['record']) {
    this.record = record
    this.#perMs = (unit === '' ? 1 : (unitsPerSecond.get(unit) ?? Number.NaN)) / 1000
  }

  time<T>(fn: () => T, attributes?: Attributes): T {
    const stop = this.startTimer(attributes)
    const fail = (error: unknown) => stop({ [attribute.errorType]: asError(error).name })
    let result: T
    try {
      result = fn()
    } catch (error) {
      fail(error)
      throw error
    }
    if (result instanceof Promise) result.then(() => stop(), fail)
    else stop()
    return result
  }

  startTimer(attributes?: Attributes): (more?: Attributes) => void {
    const startedMs = monotonicMs()
    let isStopped = false
    return (more) => {
      if (isStopped) return
      isStopped = true
      const own = more === undefined ? attributes : { ...attributes, ...more }
      this.record((monotonicMs() - startedMs) * this.#perMs, own)
    }
  }
}

/** Where metrics are off. */
export const untimedHistogram: Histogram = {
  record: () => undefined,
  time: (fn) => fn(),
  startTimer: () => () => undefined,
}
