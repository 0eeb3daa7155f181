/**
 * The command line of `pnpm demo`: which commands and options there are, and what each prints. What they do is the
 * mode's.
 */

import { styleText } from 'node:util'
import { Argument, Command, Option } from 'commander'
import { levels } from '../logs/log-line.ts'
import type { ModeName, Reset } from '../modes/mode.ts'
import type { Modes } from '../modes/modes.ts'
import { print, withPnpmCommand } from '../terminal/output.ts'
import { faultTable, setFault } from './fault.ts'
import { faults } from './faults.ts'
import { openPage } from './open.ts'
import { parseCount, parsePattern, parseSince, parseTraceId } from './parse.ts'
import { resendReceipts } from './resend.ts'
import { type LogsOptions, showLogs } from './show-logs.ts'
import { isHealthy, linkTable, statusJson, statusTable } from './status.ts'
import { type Tuning, tune, tuneJson, tuneTable } from './tune.ts'
import { weaknesses } from './weaknesses.ts'

/** The program, ready to parse; `signal` aborts when the person at the terminal has had enough. */
export function createProgram(modes: Modes, signal: AbortSignal): Command {
  const program = new Command(withPnpmCommand('pnpm demo'))
    .description('A shop of small services on this machine, observed: start it, look at it, break it.')
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => process.stdout.write(withPnpmCommand(text)),
      writeErr: (text) => process.stderr.write(withPnpmCommand(text)),
    })
    .exitOverride()
    .showHelpAfterError('(see `pnpm demo --help`)')
  program
    .command('up')
    .description('start everything, wait until it is healthy and print the links; starts only what does not run yet')
    .addOption(
      new Option('--mode <mode>', 'how to run it; by default the first that this machine can').choices(modes.names),
    )
    .addHelpText('after', portsHelp)
    .action(({ mode }: { mode?: ModeName }) => up(modes, mode, signal))
  program
    .command('down')
    .description('stop everything, whatever happened since it was started')
    .option('--reset [name]', 'delete the data and the logs, too; with a name the data of that one alone')
    .action(({ reset }: { reset?: true | string }) => down(modes, resetOf(reset), signal))
  program
    .command('status')
    .description('what runs, whether it is healthy and what it uses; exit code 1 unless all is healthy')
    .option('--json', 'one line of JSON for other programs, without the usage')
    .action((options: { json?: true }) => status(modes, options))
  program
    .command('logs')
    .description('the log lines of all services, or of one, in the order of time')
    .argument('[service]', 'such as orders')
    .option('-t, --trace <id>', 'only lines of this trace; the first digits are enough', parseTraceId)
    .addOption(new Option('-l, --level <level>', 'only lines of this level or above').choices(levels))
    .option(
      '-s, --since <time>',
      'only lines from then on: 30s, 10m, 2h, 1d, or a date such as 2026-11-29T08:30',
      parseSince,
    )
    .option(
      '-g, --grep <pattern>',
      'only lines that match this regular expression, upper and lower case alike',
      parsePattern,
    )
    .option('-n, --lines <count>', 'only the last ones', parseCount)
    .option('-f, --follow', 'go on with what is written, until Ctrl-C')
    .addHelpText('after', '\nA line that is not JSON, such as those of PostgreSQL, has neither trace nor level.')
    .action((service: string | undefined, options: LogsOptions) => showLogs(modes, service, options, signal))
  program
    .command('open')
    .description('open the page of a service in the browser')
    .argument('[service]', 'such as console', 'gateway')
    .action((service: string) => openPage(modes, service))
  program
    .command('fault')
    .description('break something on purpose, or list what can be broken')
    .argument('[name]', faults.map(({ name }) => name).join(', '))
    .addArgument(new Argument('[off]', 'end it').choices(['on', 'off']).default('on', 'begin it'))
    .action((name: string | undefined, state: string) => fault(modes, name, state === 'on'))
  program
    .command('tune')
    .description('make an ordinary weakness of the shop weak or adjusted, or list them; all are adjusted after a start')
    .argument('[name]', weaknesses.map(({ name }) => name).join(', '))
    .addArgument(new Argument('[state]', 'the state to bring it into').choices(['weak', 'adjusted']).default('weak'))
    .option('--json', 'the states as one line of JSON for other programs')
    .action((name: string | undefined, state: Tuning, options: { json?: true }) => tuneOne(modes, name, state, options))
  program
    .command('resend')
    .description('queue the receipts again that could not be sent')
    .action(() => resendReceipts(modes))
  program.command('keep', { hidden: true }).action(() => modes.fallback.keep?.(signal))
  return program
}

const portsHelp = `
Every port is moved by a variable of its own: DEMO_GATEWAY_PORT=8090 pnpm demo up. They are DEMO_<NAME>_PORT,
DEMO_<NAME>_METRICS_PORT and a few more; demo/cli/README.md lists them.`

const hints = [
  ['buy something', 'pnpm demo open'],
  ['follow the logs', 'pnpm demo logs --follow'],
  ['follow one trace', 'pnpm demo logs --trace ID'],
  ['break something', 'pnpm demo fault payments-slow'],
  ['find a weakness', 'pnpm demo tune n-plus-one weak'],
  ['see how it is', 'pnpm demo status'],
  ['stop it', 'pnpm demo down'],
] as const

async function up(modes: Modes, wanted: ModeName | undefined, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const { mode, reason } = await modes.choose(wanted, signal)
  if (!wanted) print(reason ? `${mode.name} mode, since ${reason}.` : `${mode.name} mode`)
  const { started, notes } = await mode.up(signal)
  const seconds = Math.max(1, Math.round((performance.now() - began) / 1000))
  const text = started.length > 0 ? `The shop is up, after ${seconds} s.` : 'The shop is already up.'
  print(`\n${styleText(['bold', 'green'], text)} ${styleText('dim', `(${mode.name} mode)`)}\n`)
  print(linkTable(await mode.status()))
  const lines = hints.map(([aim, command]) => `  ${styleText('dim', aim.padEnd(17))} ${command}`)
  print(`\n${lines.join('\n')}\n`)
  if (notes.length > 0) print(`${notes.map((note) => `  ${note}`).join('\n')}\n`)
}

async function down(modes: Modes, reset: Reset, signal: AbortSignal): Promise<void> {
  let stopped = 0
  for (const mode of await modes.forDown(reset)) stopped += (await mode.down({ reset, signal })).stopped.length
  const message = stopped > 0 ? 'The shop is down.' : 'Nothing was running.'
  if (reset === 'nothing') print(message)
  else if (reset === 'everything') print(`${message} Its data and logs are deleted.`)
  else print(`${message} The data of ${reset.only} is deleted.`)
}

function resetOf(option: true | string | undefined): Reset {
  if (option === undefined) return 'nothing'
  return option === true ? 'everything' : { only: option }
}

async function status(modes: Modes, { json }: { json?: true }): Promise<void> {
  const mode = await modes.current()
  const statuses = await mode.status()
  print(json ? statusJson(mode, statuses) : statusTable(mode, await mode.measure(statuses)))
  if (!isHealthy(statuses)) process.exitCode = 1
}

async function fault(modes: Modes, name: string | undefined, enabled: boolean): Promise<void> {
  const mode = await modes.current()
  print(name === undefined ? await faultTable(mode) : await setFault(mode, name, enabled))
}

async function tuneOne(
  modes: Modes,
  name: string | undefined,
  state: Tuning,
  { json }: { json?: true },
): Promise<void> {
  const mode = await modes.current()
  if (name !== undefined) print(await tune(mode, name, state))
  else print(json ? await tuneJson(mode) : await tuneTable(mode))
}
