/**
 * `pnpm bench bounds`: what the library costs when there is much of everything: a scrape of many series, a collector that
 * is away, and clients that are hostile. Exits 1 where a bound does not hold.
 */
import { writeFileSync } from 'node:fs'
import { buildApps, buildLibrary } from '@lab/bench-overhead/apps'
import { Command, Option } from 'commander'
import { type Verdict, verdictText } from './verdict.ts'

const PARTS = ['scrape', 'cluster', 'outage', 'hostile'] as const
type Part = (typeof PARTS)[number]

interface Options {
  quick?: boolean
  only?: Part
  requests: string
  minutes: string
  rate: string
  json?: string
}

await new Command('bench bounds')
  .description(
    'Measures a scrape of 10,000 and 100,000 series, also of a cluster, an outage of the collector, and a million hostile requests.',
  )
  .option('--quick', 'all in two minutes: an outage of 20 seconds, 30,000 hostile requests')
  .addOption(new Option('--only <part>', 'one part alone').choices(PARTS))
  .option('--requests <n>', 'hostile requests', '1000000')
  .option('--minutes <n>', 'how long the collector is away', '10')
  .option('--rate <n>', 'requests in a second meanwhile', '500')
  .option('--json <file>', 'where to write the figures')
  .action(main)
  .parseAsync()

async function main({ quick, only, minutes, rate, requests, json }: Options): Promise<void> {
  await buildLibrary()
  await buildApps()
  // These import the library as it is published, which was not there before.
  const { measureScrapes } = await import('./scrape.ts')
  const { measureClusterScrapes } = await import('./cluster-scrape.ts')
  const { measureOutage } = await import('./outage.ts')
  const { measureHostile } = await import('./hostile.ts')
  const verdicts: Verdict[] = []
  const report = (found: Verdict[]): void => {
    for (const verdict of found) process.stdout.write(`${verdictText(verdict)}\n`)
    verdicts.push(...found)
  }
  const parts: Record<Part, () => Promise<Verdict[]>> = {
    scrape: measureScrapes,
    cluster: measureClusterScrapes,
    outage: () => measureOutage({ seconds: quick ? 20 : Number(minutes) * 60, rate: Number(rate) }),
    hostile: () => measureHostile(quick ? 30_000 : Number(requests)),
  }
  for (const part of only === undefined ? PARTS : [only]) report(await parts[part]())
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(verdicts, undefined, 2)}\n`)
  process.exitCode = verdicts.every(({ holds }) => holds) ? 0 : 1
}
