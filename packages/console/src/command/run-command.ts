/**
 * `observe-console run -- node app.js`: finds the running console or starts one, lets the program send to it, and says at the end what
 * it did. Variables that the user has set are left as they are.
 */

import type { Command } from 'commander'
import { execa } from 'execa'
import { startConsole } from '../console.ts'
import { queryConsole, runningAt } from '../reader.ts'
import type { RunQuery } from '../report/report.ts'
import { addListening, type ListeningFlags, optionsOf } from './listening.ts'
import { summaryOf } from './run-summary.ts'

/** Where the program sends and the summary is read from. */
interface Target {
  url: string
  otlpUrl: string
  token: string | null
  runQuery: RunQuery
  close: () => Promise<void>
}

export function addRun(program: Command): void {
  const command = addListening(program.command('run'))
    .description('Runs a program with the variables that let it send to the console, and sums up at the end.')
    .argument('<command...>', 'the program with its arguments, after --')
    .passThroughOptions()
  command.action(async () => {
    try {
      process.exitCode = await run(command.args, command.opts<ListeningFlags>())
    } catch (error) {
      command.error(error instanceof Error ? error.message : String(error))
    }
  })
}

async function run([program = '', ...words]: string[], flags: ListeningFlags): Promise<number> {
  const target = (await running(flags)) ?? (await started(flags))
  printNote(`The console is at ${target.url}`)
  const startedAt = Date.now()
  const child = execa(program, words, { stdio: 'inherit', reject: false, env: variablesFor(target, process.env) })
  // The terminal sends SIGINT to the program as well: it decides when to end, and then the summary comes.
  const ignore = () => undefined
  const forward = () => void child.kill('SIGTERM')
  process.on('SIGINT', ignore).on('SIGTERM', forward)
  try {
    const { exitCode, signalDescription, cause } = await child
    if (exitCode === undefined && signalDescription === undefined) throw cause ?? new Error(`${program} did not start.`)
    for (const line of await summaryOf(target.runQuery, { from: startedAt, to: Date.now() }, target.url))
      printNote(line)
    return exitCode ?? 1
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', forward)
    await target.close()
  }
}

/** Standard output is the program's own. */
function printNote(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function running({ data }: ListeningFlags): Promise<Target | undefined> {
  const found = await runningAt(data)
  if (!found) return undefined
  const { otlp, token } = await found.runQuery('/api/status', {})
  return { url: found.from, otlpUrl: otlp, token, runQuery: found.runQuery, close: async () => undefined }
}

async function started(flags: ListeningFlags): Promise<Target> {
  const { url, otlpUrl, token, close } = await startConsole(optionsOf(flags))
  return { url, otlpUrl, token, runQuery: queryConsole(url), close }
}

/** Short intervals, so that a program that runs for seconds reports its metrics more than once. */
const INTERVAL_MS = '5000'

function variablesFor({ otlpUrl, token }: Target, own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRIC_EXPORT_INTERVAL: INTERVAL_MS,
    ...(token === null ? {} : { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${token}` }),
  }
  return { ...variables, ...own }
}
