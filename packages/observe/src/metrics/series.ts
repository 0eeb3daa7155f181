/**
 * The series of one instrument: one cell for each set of attributes, found by a short key, so that a request's
 * attributes are not hashed each time as OpenTelemetry's SDK does. Their number is capped, so that hostile input cannot fill
 * the memory.
 */
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { OVERFLOW } from '../conventions/names.ts'
import { hrTime } from '../time/clock.ts'
import { keyOf, ownAttributes } from './attribute-set.ts'
import type { Descriptor, MetricData } from './points.ts'

/** The part that every kind of instrument has: a lookup of series, and the cap on their number. */
export abstract class Series<Cell> {
  readonly descriptor: Descriptor
  readonly #maxSeries: number
  readonly #isWhole: boolean
  readonly #cells = new Map<string, Cell>()
  #overflow: Cell | undefined
  /** Measurements that went to the overflow series. */
  overflowed = 0
  /** Measurements that were not recorded, because their value is not one of the instrument. */
  rejected = 0
  readonly startTime: HrTime = hrTime(Date.now())

  constructor(descriptor: Descriptor, maxSeries: number) {
    this.descriptor = descriptor
    this.#maxSeries = maxSeries
    this.#isWhole = descriptor.valueType === ValueType.INT
  }

  protected abstract create(attributes: Attributes): Cell
  abstract collect(endTime: HrTime): MetricData

  get size(): number {
    return this.#cells.size
  }

  find(key: string): Cell | undefined {
    return this.#cells.get(key)
  }

  /** Adds the series of `key`; beyond the cap returns the overflow series. */
  open(key: string, attributes: Attributes): Cell {
    if (this.#cells.size >= this.#maxSeries) return this.overflow()
    const cell = this.create(attributes)
    this.#cells.set(key, cell)
    return cell
  }

  /** The overflow series, for one more measurement beyond the cap. */
  overflow(): Cell {
    this.overflowed += 1
    this.#overflow ??= this.create({ [OVERFLOW]: true })
    return this.#overflow
  }

  /** The series of a user's attributes, in any order. A value that is not an attribute value is left out. */
  protected of(attributes: Attributes | undefined): Cell {
    if (attributes === undefined) return this.find('') ?? this.open('', {})
    try {
      const known = this.find(keyOf(attributes))
      if (known !== undefined) return known
    } catch {
      // A getter of the caller threw; `ownAttributes` judges it again.
    }
    const own = ownAttributes(attributes)
    const key = keyOf(own)
    return this.find(key) ?? this.open(key, own)
  }

  /** The value to record, at least `min`; `undefined` for any other, which is counted as rejected. */
  protected accepted(value: unknown, min: number): number | undefined {
    if (Number.isFinite(value) && typeof value === 'number' && value >= min) {
      return this.#isWhole ? Math.trunc(value) : value
    }
    this.rejected += 1
    return undefined
  }

  protected *cells(): Iterable<Cell> {
    yield* this.#cells.values()
    if (this.#overflow !== undefined) yield this.#overflow
  }
}
