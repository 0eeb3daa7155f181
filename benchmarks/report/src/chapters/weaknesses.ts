/**
 * The critical points of the shop: what each weakness does to the same load, before and after its adjustment.
 */
import { type Compared, compare } from '@lab/bench-compare/compare'
import type { KeptRun } from '@lab/bench-k6/folder'
import { type Bar, bars } from '../chart.ts'
import type { Document } from '../document.ts'
import { fileOf, type Inputs } from '../inputs.ts'
import { figure } from '../words.ts'
import { describePath } from './scenarios.ts'

/** The measure that shows each weakness first. */
const SHOWS: Record<string, string> = {
  'n-plus-one': 'database operations by request',
  'missing-index': 'p95 of history',
  'small-pool': 'waiting for a connection',
  'cache-stampede': 'p99',
  'blocking-hash': 'event loop delay max',
  'eager-retry': 'calls by request',
  'unbounded-list': 'heap growth',
  'lock-across-call': 'p95 of order',
}

export interface Point {
  name: string
  weak: KeptRun[]
  adjusted: KeptRun[]
  effects: Compared[]
  /** The effect on the measure that shows it, where the runs have it. */
  main: Compared | undefined
}

/** Each weakness that was measured; the adjusted shop is `before`, so that a change is what the weakness costs. */
export function pointsOf({ sides }: Inputs): Point[] {
  return Object.entries(SHOWS).flatMap(([name, shows]) => {
    const weak = sides.get(`weak-${name}`) ?? []
    const adjusted = sides.get(name === 'eager-retry' ? 'adjusted-failing' : 'adjusted') ?? []
    if (weak.length === 0 || adjusted.length === 0) return []
    const effects = compare({ before: adjusted, after: weak })
    return [{ name, weak, adjusted, effects, main: effects.find((effect) => effect.name === shows) }]
  })
}

export async function weaknessChapter(document: Document, points: readonly Point[]): Promise<void> {
  document.heading(2, 'Critical points')
  document.text(
    'Ordinary weaknesses, each behind a switch that is adjusted by default ([what they are, how they show, and the code](../../../demo/cli/weaknesses.md)). The same load on the adjusted shop and on the ' +
      'weak one, round by round. A run is one value; intervals are 99 %, by Welch.',
  )
  const measured = points.flatMap(({ name, main }) => (main && main.before > 0 ? [{ name, main }] : []))
  if (measured.length > 0) {
    const values = measured.map(
      ({ name, main }): Bar => ({
        name: `${name}: ${main.name}`,
        value: main.after / main.before,
        low: 1 + (main.interval?.[0] ?? main.change) / 100,
        high: 1 + (main.interval?.[1] ?? main.change) / 100,
      }),
    )
    const shown = values.map((bar) => ({ ...bar, high: Math.min(bar.high, 4 * bar.value), low: Math.max(0, bar.low) }))
    document.figure(
      'weaknesses',
      await bars(shown, 'weak, as a multiple of adjusted'),
      'What each weakness multiplies, with its interval (cut at four times the value)',
      'benchmarks/report/runs',
    )
  }
  for (const name of Object.keys(SHOWS)) {
    const point = points.find((one) => one.name === name)
    if (point) weakness(document, point)
    else document.missing(`the runs of ${name}`, `\`pnpm bench weaknesses ${name}\` makes them.`)
  }
}

function weakness(document: Document, { name, weak, adjusted, effects, main }: Point): void {
  document.heading(3, name)
  const shown = effects.filter(({ verdict }) => verdict === 'higher' || verdict === 'lower')
  const others = effects.filter((effect) => effect === main && !shown.includes(effect))
  document.table(
    ['measure', 'adjusted', 'weak', 'change', '99 % interval', 'verdict'],
    [...others, ...shown].map((effect) => [
      effect.name,
      figure(effect.before, effect.unit),
      figure(effect.after, effect.unit),
      change(effect),
      interval(effect),
      effect.needed === null ? effect.verdict : `${effect.verdict}: about ${effect.needed} runs a side`,
    ]),
  )
  const [first] = weak
  const example =
    first?.requests.slowest.find(({ criticalPath }) => criticalPath) ??
    first?.requests.failed.find(({ criticalPath }) => criticalPath)
  if (first && example?.criticalPath) {
    document.text(
      `One of the slowest requests while it was weak (\`${fileOf(first, 'requests')}\`, trace \`${example.traceId.slice(0, 8)}\`, ${figure(example.ms, 'ms')}, ${example.spans} spans): ${describePath(example.criticalPath)}.`,
    )
  }
  document.text(`Runs: ${weak.length} weak, ${adjusted.length} adjusted.`)
}

function change({ before, after, change: value }: Compared): string {
  return `${value > 0 ? '+' : ''}${figure(value, before > 0 && after > 0 ? '%' : '')}`
}

function interval(effect: Compared): string {
  return effect.interval ? `${figure(effect.interval[0])} to ${figure(effect.interval[1])}` : ''
}
