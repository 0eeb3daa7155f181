/**
 * Whether the cost grows with the number of routes, which is the number of series. Fastify, since its router
 * finds one of 10,000 routes as fast as one of 100; and the bare app with the same routes for comparison, in turn.
 */
import { estimate } from './report/estimate.ts'
import type { Lab } from './run/lab.ts'
import { Served } from './run/served.ts'
import { bare, observe, type Variant } from './variants.ts'

const ROUNDS = 5
const REQUESTS = 40_000
const SIZES = [100, 10_000]

export async function measureFlatness(lab: Lab): Promise<string> {
  const found: Record<string, number[]> = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const routes of SIZES) {
      for (const maxSeries of [2 * routes, 50]) {
        const [base, own] = [
          await costWith(lab, bare, routes, maxSeries),
          await costWith(lab, observe, routes, maxSeries),
        ]
        const key = `${routes} routes, ${maxSeries > routes ? 'a series for each' : 'nearly all in the overflow series'}`
        found[key] = [...(found[key] ?? []), own - base]
      }
    }
  }
  const lines = Object.entries(found).map(([key, values]) => `${key}: ${formatted(values)} µs over bare`)
  return `${lines.join('\n')}\n`
}

async function costWith(lab: Lab, variant: Variant, routes: number, maxSeries: number): Promise<number> {
  const served = await Served.start(lab.receiver, { framework: 'fastify', variant, routes, maxSeries })
  const paths = Array.from({ length: routes }, (_, index) => `/r${index}/42`)
  // Each route once before it counts: a new series costs more than one that is known.
  await lab.count(served.origin, paths, Math.max(paths.length, REQUESTS / 2))
  const before = await served.figures()
  await lab.count(served.origin, paths, REQUESTS)
  const after = await served.figures()
  await served.end(REQUESTS)
  return (after.cpuUs - before.cpuUs) / REQUESTS
}

function formatted(values: number[]): string {
  const { median, low, high } = estimate(values)
  return `${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`
}
