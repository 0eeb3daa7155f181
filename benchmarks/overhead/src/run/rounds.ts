/**
 * The whole run: every pair of framework and variant once in each round. Each round begins with another variant, so that none
 * always has the machine right after another; all of one framework's are near each other in time, since they are compared.
 */
import { cpus } from 'node:os'
import { estimate } from '../report/estimate.ts'
import { deliveredOf, type Results, type Row } from '../report/results.ts'
import { bare, type Variant } from '../variants.ts'
import { pinning } from './child.ts'
import { measureFootprints } from './footprint.ts'
import type { Lab } from './lab.ts'
import { isComplete, measureCost, measureDelivered, measureHeap, measureLatency, type Plan } from './measure.ts'

export interface RunOptions {
  frameworks: string[]
  variants: Variant[]
  rounds: number
  plan: Plan
  /** Also latency, heap, rates at which everything arrives, loading and installing. */
  thorough: boolean
  progress: (line: string) => void
}

export async function runAll(lab: Lab, options: RunOptions): Promise<Results> {
  const { frameworks, variants, rounds, plan, thorough, progress } = options
  const rows: Row[] = frameworks.flatMap((framework) => variants.map(({ name }) => emptyRow(framework, name)))
  // The first measurement after a pause differs from all others.
  await measureCost(lab, frameworks[0] ?? 'http', bare, plan)
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
  return {
    framework,
    variant,
    costs: [],
    latency: undefined,
    overloaded: false,
    heapBytes: undefined,
    complete: undefined,
  }
}

async function oneRound(lab: Lab, options: RunOptions, round: number, framework: string, rows: Row[]): Promise<void> {
  const { variants, rounds, plan, thorough, progress } = options
  const turn = round % variants.length
  for (const variant of [...variants.slice(turn), ...variants.slice(0, turn)]) {
    const row = rows.find((one) => one.framework === framework && one.variant === variant.name)
    if (row === undefined) continue
    const cost = await measureCost(lab, framework, variant, plan)
    row.costs.push(cost)
    if (thorough && round === rounds - 1) await fillLatency(lab, row, rows, variant, plan)
    progress(`round ${round + 1}: ${framework} ${variant.name}: ${cost.cpuUs.toFixed(1)} µs a request`)
  }
}

/** Latency at half of what bare has answered in a second in the rounds before, which is the same rate for all of a framework. */
async function fillLatency(lab: Lab, row: Row, rows: Row[], variant: Variant, plan: Plan): Promise<void> {
  const base = rows.find(({ framework, variant: name }) => framework === row.framework && name === bare.name)
  if (base === undefined) return
  const before = base.costs.slice(0, Math.max(1, row.costs.length - 1))
  const rate = Math.floor(estimate(before.map(({ perSecond }) => perSecond)).median / 2)
  row.overloaded = cpuUsOf(row) * rate > FULL
  if (!row.overloaded) row.latency = await measureLatency(lab, row.framework, variant, rate, plan)
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
