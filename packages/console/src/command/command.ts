/**
 * The command line: without a command it is the console itself, with its greeting and how it leaves; the commands read from it.
 */

import { Command } from 'commander'
import open from 'open'
import { type Console, startConsole, version } from '../console.ts'
import { addImport } from './import-command.ts'
import { addListening, type ListeningFlags, optionsOf } from './listening.ts'
import { addMcp } from './mcp-command.ts'
import { addReports } from './report-commands.ts'
import { addRun } from './run-command.ts'

type Flags = ListeningFlags & { open?: true }

const program = addListening(new Command('observe-console'))
  .description('Takes OpenTelemetry over HTTP, keeps it for a while, and shows it in one page.')
  .version(version)
  .enablePositionalOptions()
  .option('--open', 'open the page in the browser')
  .action(run)
addRun(program)
addReports(program)
addImport(program)
addMcp(program)

await program.parseAsync()

async function run(flags: Flags): Promise<void> {
  const console = await startConsole(optionsOf(flags)).catch((error: Error) => program.error(error.message))
  // Once only: a second signal ends the process at once, as it would without us.
  const leave = () => void console.close().catch((error: Error) => program.error(error.message))
  process.once('SIGTERM', leave).once('SIGINT', leave)
  process.stdout.write(greeting(console, flags))
  console.failed.catch((error: Error) => program.error(error.message))
  if (flags.open) await open(console.url).catch(() => process.stderr.write('No browser could be opened.\n'))
}

function greeting(
  { url, otlpUrl, grpcUrl, token }: Pick<Console, 'url' | 'otlpUrl' | 'grpcUrl' | 'token'>,
  { data }: Flags,
): string {
  const lines = [
    `Console  ${url}`,
    `OTLP     ${otlpUrl}  (OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl})`,
    ...(grpcUrl ? [`gRPC     ${grpcUrl}`] : []),
    ...(token ? [`Token    ${token}  (OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer ${token}")`] : []),
    `Data     ${data}`,
  ]
  return `${lines.join('\n')}\n`
}
