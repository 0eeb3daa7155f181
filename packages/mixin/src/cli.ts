#!/usr/bin/env node
/**
 * `npx @lab/observe-mixin --service orders --out ops/`: the files, for people who do not run Node.js in operations.
 */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { createMixin } from './mixin.ts'
import { defaultBoundaries } from './names.ts'
import type { Link, MixinOptions, Slo } from './options.ts'
import { writeFiles } from './write.ts'

interface Flags extends Omit<MixinOptions, 'services' | 'slos' | 'links'> {
  service: string[]
  link: Link[]
  out: string
  availability?: Slo
  latency?: Slo
}

/** Exit code of a command that was called wrongly, as `pnpm demo` and `observe doctor` have it. */
const usageError = 2

const program = new Command('observe-mixin')
  .description('Writes dashboards, recording rules and alerts for services on @lab/observe.')
  .requiredOption('--service <name>', 'a service, as in the label `job`; may be repeated', collect, [])
  .requiredOption('--out <folder>', 'where to write: prometheus/ and grafana/ in it')
  .addOption(new Option('--availability <percent>', 'share of requests without a server error').argParser(availability))
  .addOption(new Option('--latency <seconds=percent>', 'share of requests within a time').argParser(latency))
  .option('--budget-window <duration>', 'time over which an error budget is counted, such as 30d')
  .option('--selector <matchers>', 'matchers for every PromQL selector, such as cluster="eu"')
  .option('--log-selector <matchers>', 'matchers for every LogQL selector, such as cluster="eu"')
  .option('--runbook-url <url>', 'address of the runbook')
  .option('--name <name>', 'what the uids of the dashboards begin with, and their tag')
  .addOption(
    new Option('--link <title=url>', 'a page that every dashboard leads to; may be repeated')
      .argParser(addLink)
      .default([], 'none'),
  )
  .action(run)

program.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : usageError
}

async function run({ service, out, availability, latency, link, ...rest }: Flags): Promise<void> {
  const slos = [availability, latency].filter((slo) => slo !== undefined)
  const files = mixinOf({ ...rest, services: service, links: link, ...(slos.length > 0 && { slos }) })
  try {
    const paths = await writeFiles(out, files)
    process.stdout.write(`${paths.join('\n')}\n`)
    if (latency?.kind === 'latency') remindOfBoundary(latency.threshold)
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 1
  }
}

function mixinOf(options: MixinOptions): Record<string, string> {
  try {
    return createMixin(options)
  } catch (error) {
    return program.error(messageOf(error))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The rules ask one bucket of the histogram; where there is none with this boundary, they never see a request. */
function remindOfBoundary(threshold: number): void {
  if (defaultBoundaries.includes(threshold)) return
  process.stderr.write(
    `${threshold} s is no boundary that a histogram has by default (${defaultBoundaries.join(' ')}). ` +
      `Give it to the service as well, in observe({ metrics: { buckets: [..., ${threshold}, ...] } }), or choose one of those.\n`,
  )
}

function collect(name: string, names: readonly string[]): string[] {
  return [...names, name]
}

function addLink(text: string, links: readonly Link[]): Link[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write a title and an address, as in Storefront=https://shop.example/.')
  return [...links, { title: text.slice(0, at), url: text.slice(at + 1) }]
}

function availability(percent: string): Slo {
  return { kind: 'availability', objective: shareOf(percent) }
}

function latency(text: string): Slo {
  const [seconds = '', percent = ''] = text.split('=')
  if (!(Number(seconds) > 0)) throw new InvalidArgumentError('Write seconds and percent, as in 0.5=99.')
  return { kind: 'latency', objective: shareOf(percent), threshold: Number(seconds) }
}

function shareOf(percent: string): number {
  const share = Number((Number(percent) / 100).toPrecision(12))
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('A percentage is between 0 and 100, such as 99.9.')
  return share
}
