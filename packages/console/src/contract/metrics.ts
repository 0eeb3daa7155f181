/**
 * Metrics: the catalogue of instruments, and one instrument over time. Cumulative and delta streams look the same here:
 * the server turns both into rates and distributions per step.
 */

import type { Exemplar } from './services.ts'

export interface Instrument {
  name: string
  unit: string
  description: string
  /** `updown` is a sum that may fall; `exponential` is a histogram with exponential buckets. */
  type: 'counter' | 'updown' | 'gauge' | 'histogram' | 'exponential' | 'summary'
  temporality: 'cumulative' | 'delta' | 'none'
  services: string[]
  /** Attribute keys to split by. */
  attributes: string[]
  series: number
  lastSeen: number
}

export interface Metric {
  instrument: Instrument
  stat: 'rate' | 'value' | 'count' | 'avg' | 'p50' | 'p95' | 'p99'
  /** What the values are in: the instrument's unit, with `/s` for rates. */
  unit: string
  step: number
  /** When `by` was given, one for each value of that attribute, the largest 50 first. Else one with an empty label, or one for
   * each series, labelled by what distinguishes it, where they have no sum. */
  series: MetricSeries[]
  /** How many series there were beyond those sent. */
  left: number
  exemplars: Exemplar[]
}

export interface MetricSeries {
  label: string
  /** One for every step of the range, oldest first; null where nothing was reported. */
  points: { time: number; value: number | null }[]
}
