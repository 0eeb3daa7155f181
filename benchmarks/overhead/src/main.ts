/**
 * `pnpm bench overhead`: what a request costs under each way to observe it, compared with the bare app, in one interleaved run.
 * `--quick` compares the library with bare alone and fails when its own cost has doubled against `recorded.json`.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { apps, frameworks, works } from './apps.ts'
import { measureFlatness } from './flat.ts'
import { guard, record } from './guard.ts'
import { measureOverTime } from './over-time.ts'
import { measurePieces } from './pieces.ts'
import { plotOf } from './report/plot.ts'
import { writeReadme } from './report/readme.ts'
import type { Results } from './report/results.ts'
import { gridsOf, terminalText } from './report/table.ts'
import { buildApps, buildLibrary, installPeers } from './run/build.ts'
import { Lab } from './run/lab.ts'
import { type RunOptions, runAll } from './run/rounds.ts'
import { bare, observe, peers, signals, type Variant } from './variants.ts'

interface Options {
  quick?: boolean
  only?: string
  work?: boolean
  peers: string
  signals?: boolean
  flat?: boolean
  pieces?: boolean
  minutes?: string
  rounds: string
  requests?: string
  warmUp?: string
  record?: boolean
  json?: string
  svg?: string
  readme?: boolean
}

await new Command('bench overhead')
  .description('Measures what observing a request costs, with @lab/observe and its peers, compared with the bare app.')
  .option(
    '--quick',
    'the library and bare on node:http, Express and a real request; fails when its own cost has doubled',
  )
  .option('--only <apps>', `some of ${apps.map(({ name }) => name).join(',')}`)
  .option('--work', `the handlers that work: ${works.map(({ name }) => name).join(', ')}`)
  .option('--peers <names>', `some of ${peers.map(({ name }) => name).join(',')}, or none`, 'all')
  .option('--signals', 'also the library with one signal alone, and with all off')
  .option('--flat', 'instead: the library with 100 and with 10,000 routes and series')
  .option('--minutes <n>', 'instead: whether the cost grows over so many minutes (60 for an hour)')
  .option('--pieces', 'instead: each piece of the library by itself, in a loop')
  .option('--rounds <n>', 'rounds, in rotating order', '5')
  .option('--requests <n>', 'requests measured in each round (20000; 10000 with --quick)')
  .option('--warm-up <n>', 'requests before them, until the code is compiled (20000; 5000 with --quick)')
  .option('--json <file>', 'where to write everything that was measured', writable)
  .option('--svg <file>', 'where to draw the plot', writable)
  .option('--readme', "puts the table and the plot into this benchmark's README")
  .option('--record', 'with --quick: writes recorded.json instead of comparing with it')
  .action(main)
  .parseAsync()

async function main(options: Options): Promise<void> {
  if (options.pieces) {
    process.stdout.write(await measurePieces())
    return
  }
  const plan = runOptions(options)
  await buildLibrary()
  await buildApps()
  if (options.minutes !== undefined) process.stdout.write(await measureOverTime(Number(options.minutes)))
  else if (options.flat) await inLab(async (lab) => void process.stdout.write(await measureFlatness(lab)))
  else await compare(plan, options)
}

async function compare(plan: RunOptions, options: Options): Promise<void> {
  if (plan.variants.some(({ packages }) => packages.length > 0)) await installPeers()
  await inLab(async (lab) => report(await runAll(lab, plan), options))
}

async function inLab(measure: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await Lab.open()
  try {
    await measure(lab)
  } finally {
    await lab.close()
  }
}

function runOptions(options: Options): RunOptions {
  const requests = Number(options.requests ?? (options.quick ? 10_000 : 20_000))
  const warmUp = Number(options.warmUp ?? (options.quick ? 5000 : 20_000))
  return {
    frameworks: chosenApps(options),
    variants: chosenVariants(options),
    rounds: Number(options.rounds),
    plan: { requests, warmUp, seconds: 4 },
    thorough: !options.quick,
    progress: (line) => process.stderr.write(`${line}\n`),
  }
}

async function report(results: Results, options: Options): Promise<void> {
  const titles = new Map([...apps, bare, observe, ...signals, ...peers].map(({ name, title }) => [name, title]))
  const grids = gridsOf(results, titles)
  process.stdout.write(`\n${terminalText(grids)}\n${setupsOf(results)}`)
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, undefined, 1)}\n`)
  if (options.svg !== undefined) writeFileSync(options.svg, await plotOf(results, titles))
  if (options.readme) await writeReadme(results, titles)
  if (options.record) record(results)
  else if (options.quick) process.exitCode = guard(results) ? 0 : 1
}

function setupsOf({ setups }: Results): string {
  return setups.map(({ title, setup }) => `${title}: ${setup}\n`).join('')
}

function chosenApps({ only, work, quick }: Options): string[] {
  const names = apps.map(({ name }) => name)
  if (only !== undefined) return chosen('app', only, names)
  if (quick) return ['http', 'express', 'real']
  return (work ? works : frameworks).map(({ name }) => name)
}

function chosenVariants({ peers: names, quick, signals: withSignals }: Options): Variant[] {
  const own = [bare, observe, ...(withSignals ? signals : [])]
  if (quick || names === 'none') return own
  if (names === 'all') return [...own, ...peers]
  const some = chosen(
    'peer',
    names,
    peers.map(({ name }) => name),
  )
  return [...own, ...peers.filter(({ name }) => some.includes(name))]
}

/** Refuses before the run, rather than after it, what cannot be written. */
function writable(file: string): string {
  try {
    closeSync(openSync(file, 'a'))
    return file
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw Object.assign(new InvalidArgumentError(`It cannot be written: ${why}.`), { cause: error })
  }
}

function chosen(what: string, list: string, known: string[]): string[] {
  const names = list.split(',')
  const strange = names.find((name) => !known.includes(name))
  if (strange !== undefined) throw new Error(`There is no ${what} "${strange}". Choose among ${known.join(', ')}.`)
  return names
}
