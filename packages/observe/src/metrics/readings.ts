/**
 * An instrument whose values are read at each collection. A series that is no longer returned ends; OpenTelemetry's SDK would
 * repeat its last value forever.
 */
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { hrTime } from '../time/clock.ts'
import type { Descriptor } from './points.ts'
import { CUMULATIVE, DataPointType, type SumMetric } from './points.ts'

export interface Reading {
  value: number
  attributes: Attributes
}

export class Readings {
  readonly kind = 'gauge'
  readonly descriptor: Descriptor
  readonly overflowed = 0
  readonly rejected = 0
  readonly #read: () => Reading[]
  readonly #startTime: HrTime = hrTime(Date.now())

  constructor(descriptor: Descriptor, read: () => Reading[]) {
    this.descriptor = descriptor
    this.#read = read
  }

  get size(): number {
    return this.#read().length
  }

  collect(endTime: HrTime): SumMetric {
    return {
      descriptor: { ...this.descriptor, valueType: ValueType.DOUBLE },
      aggregationTemporality: CUMULATIVE,
      dataPointType: DataPointType.SUM,
      isMonotonic: false,
      dataPoints: this.#read().map((reading) => ({ ...reading, startTime: this.#startTime, endTime })),
    }
  }
}
