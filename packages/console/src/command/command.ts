/**
 * The command line of the console: its flags, its greeting, and how it leaves.
 */

import { Command, InvalidArgumentError, Option } from 'commander'
import envPaths from 'env-paths'
import open from 'open'
import { type ConsoleOptions, startConsole, version } from '../console.ts'
import { parseAge, parseSize } from './bounds.ts'

interface Flags {
  port: number
  otlpPort: number
  host: string
  allowHost: string[]
  allowOrigin: string[]
  data: string
  retention: number
  maxSize: number
  open?: true
}

const program = new Command('observe-console')
  .description('Takes OpenTelemetry over HTTP, keeps it for a while, and shows it in one page.')
  .version(version)
  .addOption(new Option('--port <port>', 'port of the page').default(4300).argParser(portOf))
  .addOption(new Option('--otlp-port <port>', 'port of OTLP over HTTP').default(4318).argParser(portOf))
  .option('--host <address>', 'address to listen on; beyond loopback a token is needed', '127.0.0.1')
  .option('--allow-host <name...>', 'names under which the page and OTLP are called, such as host.docker.internal', [])
  .addOption(
    new Option('--allow-origin <origin...>', 'pages that may send without the token, such as http://localhost:5173')
      .default([])
      .argParser(originOf),
  )
  .option('--data <folder>', 'where to keep the data', envPaths('observe-console', { suffix: '' }).data)
  .addOption(new Option('--retention <age>', 'how long to keep it').default(parseAge('24h'), '24h').argParser(parseAge))
  .addOption(new Option('--max-size <size>', 'how much to keep').default(parseSize('1gb'), '1gb').argParser(parseSize))
  .option('--open', 'open the page in the browser')
  .action(run)

await program.parseAsync()

async function run(flags: Flags): Promise<void> {
  const { port, otlpPort, host, data, retention: maxAge, maxSize: maxBytes } = flags
  const options: ConsoleOptions = {
    port,
    otlpPort,
    host,
    allowedHosts: flags.allowHost,
    allowedOrigins: flags.allowOrigin,
    data,
    retention: { maxAge, maxBytes },
    onProblem: (message) => process.stderr.write(`${message}\n`),
  }
  const console = await startConsole(options).catch((error: Error) => program.error(error.message))
  // Once only: a second signal ends the process at once, as it would without us.
  const leave = () => void console.close().catch((error: Error) => program.error(error.message))
  process.once('SIGTERM', leave).once('SIGINT', leave)
  process.stdout.write(greeting(console, flags))
  console.failed.catch((error: Error) => program.error(error.message))
  if (flags.open) await open(console.url).catch(() => process.stderr.write('No browser could be opened.\n'))
}

function greeting(
  { url, otlpUrl, token }: { url: string; otlpUrl: string; token: string | null },
  { data }: Flags,
): string {
  const lines = [
    `Console  ${url}`,
    `OTLP     ${otlpUrl}  (OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl})`,
    ...(token ? [`Token    ${token}  (OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer ${token}")`] : []),
    `Data     ${data}`,
  ]
  return `${lines.join('\n')}\n`
}

function originOf(text: string, before: string[]): string[] {
  const isOrigin = text === '*' || (URL.canParse(text) && new URL(text).origin === text)
  if (!isOrigin) throw new InvalidArgumentError('An origin is a scheme, a host and a port: http://localhost:5173.')
  return [...before, text]
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}
