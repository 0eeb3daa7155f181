/**
 * The series of one instrument: one cell for each set of attributes, found by a short key, so that a request's
 * attributes are not hashed each time as OpenTelemetry's SDK does. Their number is capped, so that hostile input cannot fill
 * the memory.
 */
import type { Attributes, HrTime } from '@opentelemetry/api'
import { isAttributeValue } from '../conventions/attribute-value.ts'
import { OVERFLOW } from '../conventions/names.ts'
import { hrTime } from '../time/clock.ts'
import type { Descriptor, MetricData } from './points.ts'

/** The part that every kind of instrument has: a lookup of series, and the cap on their number. */
export abstract class Series<Cell> {
  readonly descriptor: Descriptor
  readonly #maxSeries: number
  readonly #cells = new Map<string, Cell>()
  #overflow: Cell | undefined
  /** Measurements that went to the overflow series. */
  overflowed = 0
  readonly startTime: HrTime = hrTime(Date.now())

  constructor(descriptor: Descriptor, maxSeries: number) {
    this.descriptor = descriptor
    this.#maxSeries = maxSeries
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
  of(attributes: Attributes | undefined): Cell {
    const valid = attributes === undefined ? NONE : validOf(attributes)
    const key = keyOf(valid)
    return this.find(key) ?? this.open(key, { ...valid })
  }

  protected *cells(): Iterable<Cell> {
    yield* this.#cells.values()
    if (this.#overflow !== undefined) yield this.#overflow
  }
}

const NONE: Attributes = {}

/** The attributes without the values that are not attribute values; none where reading them throws. */
export function validOf(attributes: Attributes): Attributes {
  try {
    let valid = true
    for (const name of Object.keys(attributes)) valid &&= isAttributeValue(attributes[name])
    if (valid) return attributes
    return Object.fromEntries(Object.entries(attributes).filter(([, value]) => isAttributeValue(value)))
  } catch {
    return NONE
  }
}

export function keyOf(attributes: Attributes): string {
  const keys = Object.keys(attributes)
  if (keys.length > 1) keys.sort()
  let key = ''
  for (const name of keys) key += `${name}\0${String(attributes[name])}\0`
  return key
}
