/**
 * The whole run: every pair of framework and variant once in each round. Each round begins with another variant, so that none
 * always has the machine right after another; all of one framework's are near each other in time, since they are compared.
 */
import { cpus } from 'node:os'
import { estimate } from '../report/estimate.ts'
import { deliveredOf, type Results, type Row } from '../report/results.ts'
import { bare, observe, type Variant } from '../variants.ts'
import { pinning } from './child.ts'
import { measureFootprints } from './footprint.ts'
import type { Lab } from './lab.ts'
import { isComplete, measureCost, measureDelivered, measureHeap, type Plan } from './measure.ts'

export interface RunOptions {
  frameworks: string[]
  variants: Variant[]
  rounds: number
  latencyRounds: number
  plan: Plan
  /** Also heap, rates at which everything arrives, loading and installing. */
  thorough: boolean
  progress: (line: string) => void
}

export async function runAll(lab: Lab, options: RunOptions): Promise<Results> {
  const { frameworks, variants, rounds, plan, thorough, progress } = options
  const rows: Row[] = frameworks.flatMap((framework) => variants.map(({ name }) => emptyRow(framework, name)))
  // The first measurement after a pause differs from all others.
  await measureCost(lab, frameworks[0] ?? 'http', bare, plan, undefined)
  for (let round = 0; round < rounds; round += 1) {
    for (const framework of frameworks) await oneRound(lab, options, round, framework, rows)
  }
  if (thorough) {
    for (const row of rows) await complement(lab, row, variantOf(variants, row), progress)
  }
  return {
    date: new Date().toISOString(),
    node: process.version,
    processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    pinned: pinning,
    rounds,
    plan,
    setups: variants.map(({ name, title, setup }) => ({ variant: name, title, setup })),
    rows,
    footprints: thorough ? measureFootprints(variants.map(({ name }) => name)) : [],
  }
}

function emptyRow(framework: string, variant: string): Row {
  return { framework, variant, costs: [], overloaded: false, heapBytes: undefined, complete: undefined }
}

async function oneRound(lab: Lab, options: RunOptions, round: number, framework: string, rows: Row[]): Promise<void> {
  const { variants, plan, progress } = options
  const turn = round % variants.length
  for (const variant of [...variants.slice(turn), ...variants.slice(0, turn)]) {
    const row = rows.find((one) => one.framework === framework && one.variant === variant.name)
    if (row === undefined) continue
    const rate = latencyRate(options, rows, round, row)
    const cost = await measureCost(lab, framework, variant, plan, rate)
    row.costs.push(cost)
    progress(`round ${round + 1}: ${framework} ${variant.name}: ${cost.cpuUs.toFixed(1)} µs a request`)
  }
}

/**
 * Half of what bare has answered in a second, in the rounds so far; so the last rounds measure it. What is compared most
 * closely, the library with bare, is measured in each of them from the second on.
 */
function latencyRate({ rounds, latencyRounds }: RunOptions, rows: Row[], round: number, row: Row): number | undefined {
  const base = rows.find(({ framework, variant }) => framework === row.framework && variant === bare.name)
  if (latencyRounds === 0 || round === 0 || base === undefined) return undefined
  const isOwn = row.variant === bare.name || row.variant === observe.name
  if (!isOwn && round < rounds - latencyRounds) return undefined
  const rate = Math.floor(estimate(base.costs.map(({ perSecond }) => perSecond)).median / 2)
  row.overloaded = row.costs.length > 0 && cpuUsOf(row) * rate > FULL
  return row.overloaded ? undefined : rate
}

/** Microseconds of CPU time in a second beyond which one core cannot keep up, and the latency would be that of the queue. */
const FULL = 0.97e6

function cpuUsOf({ costs }: Row): number {
  return estimate(costs.map(({ cpuUs }) => cpuUs)).median
}

async function complement(lab: Lab, row: Row, variant: Variant, progress: (line: string) => void): Promise<void> {
  row.heapBytes = await measureHeap(lab, row.framework, variant)
  if (isComplete(deliveredOf(row))) return
  row.complete = await measureDelivered(lab, row.framework, variant, estimate(row.costs.map((c) => c.perSecond)).median)
  progress(`${row.framework} ${row.variant}: everything arrives at ${row.complete?.rate ?? 'no rate'}`)
}

function variantOf(variants: Variant[], row: Row): Variant {
  return variants.find(({ name }) => name === row.variant) ?? bare
}
