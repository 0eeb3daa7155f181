/** Everything that a run of the benchmark found, as it is written to JSON. */
import type { Cost, Latency, Plan } from '../run/measure.ts'
import type { Delivered } from '../run/served.ts'

export interface Row {
  framework: string
  variant: string
  /** One for each round. */
  costs: Cost[]
  /** Of the last round. */
  latency: Latency | undefined
  /** Whether one core cannot keep up at half of what bare can do, so that there is no latency to tell. */
  overloaded: boolean
  /** Bytes of JavaScript heap that one request allocates. */
  heapBytes: number | undefined
  /** At a rate at which everything arrives, where it did not at full speed. */
  complete: { rate: number; cpuUs: number; delivered: Delivered } | undefined
}

export interface Footprint {
  variant: string
  /** Milliseconds until a program that only loads it has ended, less than what one that loads nothing takes. */
  importMs: number
  /** What an install brings. */
  packages: number
  bytes: number
}

export interface Results {
  date: string
  node: string
  processor: string
  /** Whether the server had a core of its own. */
  pinned: boolean
  rounds: number
  plan: Plan
  setups: { variant: string; title: string; setup: string }[]
  rows: Row[]
  footprints: Footprint[]
}

/** The median over the rounds must be complete: one late batch in one round is no loss. */
export function deliveredOf({ costs }: Row): Delivered {
  const least = (pick: (delivered: Delivered) => number | undefined): number | undefined => {
    const shares = costs.map(({ delivered }) => pick(delivered)).filter((share) => share !== undefined)
    return shares.length === 0 ? undefined : shares.sort((a, b) => a - b)[Math.floor(shares.length / 2)]
  }
  return { spans: least((d) => d.spans), lines: least((d) => d.lines), metrics: least((d) => d.metrics) }
}
