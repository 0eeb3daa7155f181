/**
 * The options of a console that is started: where it listens, whom it lets in, what it keeps.
 */

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ConsoleOptions } from '../console.ts'
import { parseAge, parseSize } from './bounds.ts'
import { dataFolder } from './sources.ts'

export interface ListeningFlags {
  port: number
  otlpPort: number
  /** False where it is switched off. */
  grpcPort: number | false
  scrape: string[]
  host: string
  allowHost: string[]
  allowOrigin: string[]
  data: string
  retention: number
  maxSize: number
  mcp?: true
}

export function addListening(command: Command): Command {
  return command
    .addOption(new Option('--port <port>', 'port of the page').default(4300).argParser(portOf))
    .addOption(new Option('--otlp-port <port>', 'port of OTLP over HTTP').default(4318).argParser(portOf))
    .addOption(new Option('--grpc-port <port>', 'port of OTLP over gRPC').default(4317).argParser(portOf))
    .option('--no-grpc-port', 'no OTLP over gRPC')
    .addOption(
      new Option('--scrape <url>', 'a /metrics page to read every ten seconds; may be repeated')
        .default([])
        .argParser(pageOf),
    )
    .option('--host <address>', 'address to listen on; beyond loopback a token is needed', '127.0.0.1')
    .addOption(
      new Option(
        '--allow-host <name>',
        'a name under which the page and OTLP are called, such as host.docker.internal; may be repeated',
      )
        .default([])
        .argParser(oneMore),
    )
    .addOption(
      new Option(
        '--allow-origin <origin>',
        'pages that may send without the token, such as http://localhost:5173; may be repeated',
      )
        .default([])
        .argParser(originOf),
    )
    .option('--data <folder>', 'where to keep the data', dataFolder)
    .addOption(
      new Option('--retention <age>', 'how long to keep it').default(parseAge('24h'), '24h').argParser(parseAge),
    )
    .addOption(
      new Option('--max-size <size>', 'how much to keep').default(parseSize('1gb'), '1gb').argParser(parseSize),
    )
    .option('--mcp', 'answer coding agents at /mcp beyond loopback, too')
}

export function optionsOf(flags: ListeningFlags): ConsoleOptions {
  const { port, otlpPort, host, data, retention: maxAge, maxSize: maxBytes } = flags
  return {
    port,
    otlpPort,
    grpcPort: flags.grpcPort === false ? undefined : flags.grpcPort,
    scrape: flags.scrape,
    host,
    allowedHosts: flags.allowHost,
    allowedOrigins: flags.allowOrigin,
    mcp: flags.mcp ?? false,
    data,
    retention: { maxAge, maxBytes },
    onProblem: (message) => process.stderr.write(`${message}\n`),
  }
}

function oneMore(text: string, before: string[]): string[] {
  return [...before, text]
}

function pageOf(text: string, before: string[]): string[] {
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('A page has an address: http://localhost:9464/metrics.')
  return [...before, text]
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
