/**
 * `pnpm bench k6 [scenario]`: puts a load on the demo, or on another service, and keeps what was measured in a folder of its own. Exits with k6's own
 * code, 99 where a threshold is broken; with 1 where the run could not be made, and 2 where the command line is wrong.
 */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Argument, Command, CommanderError } from 'commander'
import { type RunOptions, run } from './command/run.ts'
import { parseDuration, parseName, parseRate } from './command/settings.ts'

/** What the scenarios have in common. */
const PARTS = ['arrivals', 'journey', 'objectives']

const scenarios = readdirSync(join(import.meta.dirname, '../scenarios'))
  .map((file) => basename(file, '.ts'))
  .filter((name) => !PARTS.includes(name))

const program = new Command('pnpm bench k6')
  .description('Puts a load on the demo, with k6, and keeps what was measured. The demo is started where it is not up.')
  .addArgument(new Argument('[scenario]', 'how the load goes').choices(scenarios).default('smoke'))
  .option('--rate <orders>', 'orders per minute; of another target, requests per minute', parseRate)
  .option('--duration <time>', 'length of the load, such as 90s or 5m', parseDuration)
  .option('--target <url>', 'another service on this machine in place of the demo')
  .option('--and-i-may <host>', 'the host of the target once more, where it is not this machine')
  .option('--name <text>', 'a name for the run, to be found by', parseName)
  .option('--runs <folder>', 'where to make the folder of the run')
  .showHelpAfterError('(see `pnpm bench k6 --help`)')
  .exitOverride()
  .action(async (scenario: string, options: Omit<RunOptions, 'scenario'>) => {
    process.exitCode = await run({ ...options, scenario })
  })

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    process.exitCode = 1
    process.stderr.write(`${messageOf(error)}\n`)
  }
}

/** A full disk is the one error of the system that a user can do something about. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isFull = 'code' in error && error.code === 'ENOSPC'
  return isFull
    ? `${error.message}. The disk is full: make room, then run again; what k6 printed above is all that is left.`
    : error.message
}
