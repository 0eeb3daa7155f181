/**
 * The guard of the library's own cost: its overhead as a share of what bare costs in the same run, against the share that is
 * recorded in the repository. Never a time, which says as much about the machine as about the library.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Estimate, overhead } from './report/estimate.ts'
import type { Results } from './report/results.ts'

const file = new URL('../recorded.json', import.meta.url)

/** How often its recorded share the overhead may be. */
const LIMIT = 2

/** Overhead over bare's own cost, by framework. */
type Recorded = Record<string, number>

/** Reports for each framework whether the overhead is within its limit. */
export function guard(results: Results): boolean {
  const recorded: Recorded = JSON.parse(readFileSync(file, 'utf8'))
  let passed = true
  for (const [framework, share] of sharesOf(results)) {
    const known = recorded[framework]
    if (known === undefined) continue
    // Three rounds of four must exceed the limit, so that one disturbed round does not fail the guard.
    const exceeded = share.low > known * LIMIT
    if (exceeded) passed = false
    process.stdout.write(
      `${exceeded ? 'FAILED' : 'ok'}: ${framework}: observing costs ${share.median.toFixed(2)} of bare (recorded ${known}, limit ${(known * LIMIT).toFixed(2)})\n`,
    )
  }
  return passed
}

/** Keeps the shares as what later runs are measured against. */
export function record(results: Results): void {
  const shares = Array.from(sharesOf(results), ([framework, { median }]) => [framework, Number(median.toFixed(2))])
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(shares), undefined, 2)}\n`)
}

function sharesOf({ rows }: Results): Map<string, Estimate> {
  const shares = new Map<string, Estimate>()
  for (const { framework, variant, costs } of rows) {
    const bare = rows.find((row) => row.framework === framework && row.variant === 'bare')
    if (variant !== 'observe' || bare === undefined) continue
    const cpu = (costs: { cpuUs: number }[]): number[] => costs.map(({ cpuUs }) => cpuUs)
    const { median, low, high } = overhead(cpu(costs), cpu(bare.costs)).ratio
    shares.set(framework, { median: median - 1, low: low - 1, high: high - 1 })
  }
  return shares
}
