/**
 * `pnpm bench weaknesses [name...]`: runs the same load on the shop adjusted and with each weakness in turn, round by round, for `pnpm bench compare`
 * and the report.
 */
import { join } from 'node:path'
import { Command } from 'commander'
import { execa } from 'execa'

const root = join(import.meta.dirname, '../../..')
const DEMO = join(root, 'demo/cli/src/main.ts')
const K6 = join(root, 'benchmarks/k6/src/main.ts')

/** A weakness that shows only with a fault, with the name of the side that it is compared with. */
const WITH_FAULT: Record<string, { fault: string; adjusted: string }> = {
  'eager-retry': { fault: 'payments-failing', adjusted: 'adjusted-failing' },
}

/** Exit codes of k6 after which the run was kept: all held, a threshold is broken. */
const KEPT = [0, 99]

interface Options {
  rounds: string
  rate: string
  duration: string
}

await new Command('pnpm bench weaknesses')
  .description('Measures what each weakness of the shop costs, by runs for `pnpm bench compare`.')
  .argument('[names...]', 'weaknesses, as `pnpm demo tune` lists them; all by default')
  .option('--rounds <count>', 'runs a side', '3')
  .option('--rate <orders>', 'orders per minute', '300')
  .option('--duration <time>', 'of each run', '20s')
  .action(measure)
  .parseAsync()

async function measure(given: string[], options: Options): Promise<void> {
  if ((await states()).includes(null)) await execa(process.execPath, [DEMO, 'up'], { stdio: ['ignore', 2, 2] })
  const known = Object.keys(JSON.parse((await demo('tune', '--json')).stdout))
  const unknown = given.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`There is no weakness "${unknown}". There are: ${known.join(', ')}.`)
  const names = given.length > 0 ? given : known
  // Weak once, it has the rows without which there is nothing to measure on either side.
  if (names.includes('missing-index')) await around('missing-index', async () => undefined)
  const faults = new Set(names.flatMap((name) => WITH_FAULT[name] ?? []))
  for (let round = 1; round <= Number(options.rounds); round += 1) {
    process.stderr.write(`Round ${round} of ${options.rounds}\n`)
    await run('adjusted', options)
    for (const { fault, adjusted } of faults) await during(fault, () => run(adjusted, options))
    for (const name of names) {
      const weak = () => around(name, () => run(`weak-${name}`, options))
      const fault = WITH_FAULT[name]?.fault
      await (fault === undefined ? weak() : during(fault, weak))
    }
  }
}

/** Of every weakness; null where its service does not run. */
async function states(): Promise<unknown[]> {
  return Object.values(JSON.parse((await demo('tune', '--json')).stdout))
}

async function run(name: string, { rate, duration }: Options): Promise<void> {
  process.stderr.write(`${name}\n`)
  const options = ['load', '--name', name, '--rate', rate, '--duration', duration]
  const { exitCode = 1, all } = await execa(process.execPath, [K6, ...options], {
    all: true,
    reject: false,
    stdin: 'ignore',
  })
  // With a weakness, books may be late to balance: exit code 1 with a run that was kept.
  if (!KEPT.includes(exitCode) && !all.includes('Kept in'))
    throw new Error(`The run ${name} failed:\n${all.slice(-2000)}`)
}

async function around(name: string, work: () => Promise<void>): Promise<void> {
  await demo('tune', name, 'weak')
  try {
    await work()
  } finally {
    await demo('tune', name, 'adjusted')
  }
}

async function during(fault: string, work: () => Promise<void>): Promise<void> {
  await demo('fault', fault)
  try {
    await work()
  } finally {
    await demo('fault', fault, 'off')
  }
}

function demo(...arguments_: string[]) {
  return execa(process.execPath, [DEMO, ...arguments_])
}
