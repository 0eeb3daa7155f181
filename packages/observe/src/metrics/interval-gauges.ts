/**
 * Gauges whose values are over the time since the same reader's last collection. They are read together and at once, so
 * that a collection that runs at the same time for another reader cannot change them.
 */
import { type HrTime, ValueType } from '@opentelemetry/api'
import { CUMULATIVE, DataPointType, type Descriptor, type GaugeMetric } from './points.ts'

/** The value of each gauge, in their order; `undefined` for one that has none. */
export type ReadInterval = (reader: string) => readonly (number | undefined)[]

export class IntervalGauges {
  readonly #descriptors: readonly Descriptor[]
  readonly #read: ReadInterval

  constructor(descriptors: readonly Descriptor[], read: ReadInterval) {
    this.#descriptors = descriptors
    this.#read = read
  }

  collect(endTime: HrTime, reader: string): GaugeMetric[] {
    const values = this.#read(reader)
    return this.#descriptors.map((descriptor, index) => {
      const value = values[index]
      return {
        descriptor: { ...descriptor, valueType: ValueType.DOUBLE },
        aggregationTemporality: CUMULATIVE,
        dataPointType: DataPointType.GAUGE,
        dataPoints: value === undefined ? [] : [{ startTime: endTime, endTime, attributes: {}, value }],
      }
    })
  }
}
