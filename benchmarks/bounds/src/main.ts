/**
 * `pnpm bench bounds`: what the library costs when there is much of everything: a scrape of many series, and a collector that
 * is away. Exits 1 where a bound does not hold.
 */
import { writeFileSync } from 'node:fs'
import { buildApps, buildLibrary } from '@lab/bench-overhead/apps'
import { Command } from 'commander'
import { type Verdict, verdictText } from './verdict.ts'

interface Options {
  quick?: boolean
  minutes: string
  rate: string
  json?: string
}

await new Command('bench bounds')
  .description('Measures a scrape of 10,000 and 100,000 series, also of a cluster, and an outage of the collector.')
  .option('--quick', 'both in a minute: an outage of 20 seconds')
  .option('--minutes <n>', 'how long the collector is away', '10')
  .option('--rate <n>', 'requests in a second meanwhile', '500')
  .option('--json <file>', 'where to write the figures')
  .action(main)
  .parseAsync()

async function main({ quick, minutes, rate, json }: Options): Promise<void> {
  await buildLibrary()
  await buildApps()
  // These import the library as it is published, which was not there before.
  const { measureScrapes } = await import('./scrape.ts')
  const { measureClusterScrapes } = await import('./cluster-scrape.ts')
  const { measureOutage } = await import('./outage.ts')
  const verdicts: Verdict[] = []
  const report = (found: Verdict[]): void => {
    for (const verdict of found) process.stdout.write(`${verdictText(verdict)}\n`)
    verdicts.push(...found)
  }
  report(await measureScrapes())
  report(await measureClusterScrapes())
  report(await measureOutage({ seconds: quick ? 20 : Number(minutes) * 60, rate: Number(rate) }))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(verdicts, undefined, 2)}\n`)
  process.exitCode = verdicts.every(({ holds }) => holds) ? 0 : 1
}
