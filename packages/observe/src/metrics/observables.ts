/**
 * Observable instruments of OpenTelemetry's API: the values that their callbacks observed last.
 */
import {
  type Attributes,
  type BatchObservableCallback,
  type HrTime,
  type Observable,
  type ObservableCallback,
  ValueType,
} from '@opentelemetry/api'
import { OVERFLOW } from '../conventions/names.ts'
import type { MetricKind } from '../conventions/prometheus-names.ts'
import { hrTime } from '../time/clock.ts'
import { keyOf, ownAttributes } from './attribute-set.ts'
import { CUMULATIVE, DataPointType, type Descriptor, type MetricData } from './points.ts'
import type { Reading } from './readings.ts'

export type ObservedKind = 'counter' | 'updowncounter' | 'gauge'

export type Callback = ObservableCallback | BatchObservableCallback

/** Where an instrument registers its callbacks. */
interface CallbackRegistry {
  add(callback: ObservableCallback, instrument: Observed): void
  remove(callback: Callback, instrument: Observed): void
}

interface ObservedOptions {
  kind: ObservedKind
  maxSeries: number
  callbacks: CallbackRegistry
  /** `false` for one beyond the limit of instruments. */
  isCollected: boolean
}

/** The values of one instrument, by their attributes. */
export type Readings = Map<string, Reading>

export class Observed implements Observable {
  readonly descriptor: Descriptor
  readonly #options: ObservedOptions
  readonly #startTime: HrTime = hrTime(Date.now())
  /** The last values of each callback. */
  readonly #last = new Map<Callback, Readings>()
  /** Observations that went to the overflow series. */
  overflowed = 0
  /** Observations whose value is not a number, or not a whole one that the instrument can have. */
  rejected = 0

  constructor(descriptor: Descriptor, options: ObservedOptions) {
    this.descriptor = descriptor
    this.#options = options
  }

  get isCollected(): boolean {
    return this.#options.isCollected
  }

  get #valueType(): ValueType {
    return this.descriptor.valueType ?? ValueType.DOUBLE
  }

  get kind(): MetricKind {
    return this.#options.kind === 'counter' ? 'counter' : 'gauge'
  }

  get size(): number {
    return this.#readings().size
  }

  addCallback(callback: ObservableCallback): void {
    this.#options.callbacks.add(callback, this)
  }

  removeCallback(callback: ObservableCallback): void {
    this.#options.callbacks.remove(callback, this)
  }

  /** Adds one observation to `readings`. */
  put(readings: Readings, given: number, attributes: Attributes | undefined): void {
    const value = this.#accepted(given)
    if (value === undefined) {
      this.rejected += 1
      return
    }
    const own = ownAttributes(attributes)
    const key = keyOf(own)
    if (readings.has(key) || readings.size < this.#options.maxSeries) readings.set(key, { value, attributes: own })
    else this.#overflow(readings, value)
  }

  #accepted(value: unknown): number | undefined {
    if (typeof value !== 'number') return undefined
    if (Number.isFinite(value)) return this.#valueType === ValueType.INT ? Math.trunc(value) : value
    return this.#valueType === ValueType.INT ? undefined : value
  }

  /** Replaces the values of one callback. */
  update(callback: Callback, readings: Readings): void {
    this.#last.set(callback, readings)
  }

  forget(callback: Callback): void {
    this.#last.delete(callback)
  }

  collect(endTime: HrTime): MetricData {
    const points = Array.from(this.#readings().values(), (reading) => ({
      ...reading,
      startTime: this.#startTime,
      endTime,
    }))
    const described = {
      descriptor: { ...this.descriptor, valueType: this.#valueType },
      aggregationTemporality: CUMULATIVE,
      dataPoints: points,
    }
    const { kind } = this.#options
    if (kind === 'gauge') return { ...described, dataPointType: DataPointType.GAUGE }
    return { ...described, dataPointType: DataPointType.SUM, isMonotonic: kind === 'counter' }
  }

  /** Sums beyond the cap are added up; of a gauge the overflow series has the last value. */
  #overflow(readings: Readings, value: number): void {
    this.overflowed += 1
    const earlier = this.#options.kind === 'gauge' ? 0 : (readings.get(OVERFLOW)?.value ?? 0)
    readings.set(OVERFLOW, { value: earlier + value, attributes: { [OVERFLOW]: true } })
  }

  #readings(): Readings {
    const [first = new Map<string, Reading>(), ...more] = this.#last.values()
    return more.length === 0 ? first : new Map([first, ...more].flatMap((readings) => Array.from(readings)))
  }
}
