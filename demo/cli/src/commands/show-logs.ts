/**
 * Prints log records: the time and what happened, behind the name of the service in a colour of its own.
 */

import { once } from 'node:events'
import { stripVTControlCharacters, styleText } from 'node:util'
import { type Level, readableFields } from '../logs/log-line.ts'
import { followLogs, type LogRecord, last, readLogs } from '../logs/logs.ts'
import type { LogSource } from '../modes/mode.ts'
import type { Modes } from '../modes/modes.ts'
import { Failure } from '../terminal/failure.ts'
import { printError } from '../terminal/output.ts'
import { didYouMean } from '../terminal/similar.ts'

export interface LogsOptions {
  readonly trace?: string
  readonly level?: Level
  /** Milliseconds since 1970. */
  readonly since?: number
  readonly grep?: RegExp
  readonly follow?: true
  readonly lines?: number
}

/** As many as `tail` shows before it follows. */
const linesBeforeFollowing = 10
const colours = ['cyan', 'magenta', 'blue', 'yellow', 'green', 'cyanBright', 'magentaBright', 'blueBright'] as const

export async function showLogs(
  modes: Modes,
  service: string | undefined,
  options: LogsOptions,
  signal: AbortSignal,
): Promise<void> {
  const sources = await (await modes.current()).logs()
  const print = createPrinter(sources)
  const chosen = choose(sources, service)
  let shown = 0
  for await (const record of recordsOf(chosen, options, signal)) {
    shown++
    if (!process.stdout.write(`${print(record)}\n`)) await once(process.stdout, 'drain')
  }
  if (shown === 0 && !options.follow) printError(describeNothing(options))
}

function choose(sources: readonly LogSource[], service: string | undefined): readonly LogSource[] {
  if (service === undefined) return sources
  const chosen = sources.filter((source) => source.service === service)
  if (chosen.length > 0) return chosen
  const names = sources.map((source) => source.service)
  throw new Failure(`There is no service "${service}".${didYouMean(service, names)} There are ${names.join(', ')}.`, {
    exitCode: 2,
  })
}

async function* recordsOf(
  sources: readonly LogSource[],
  { follow, lines, ...filter }: LogsOptions,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  if (follow) yield* followLogs(sources, filter, lines ?? linesBeforeFollowing, signal)
  else if (lines === undefined) yield* readLogs(sources, filter)
  else yield* await last(readLogs(sources, filter), lines)
}

function createPrinter(sources: readonly LogSource[]): (record: LogRecord) => string {
  const width = Math.max(...sources.map(({ service }) => service.length))
  const labels = new Map(
    sources.map(({ service }, index) => {
      const colour = colours[index % colours.length] ?? 'cyan'
      return [service, styleText(colour, service.padEnd(width))]
    }),
  )
  return ({ service, line, fields }) => {
    const text = fields ? readableFields(fields) : stripVTControlCharacters(line)
    return `${labels.get(service)} ${text}`
  }
}

function describeNothing({ trace, level, since, grep }: LogsOptions): string {
  const filters = [
    ...(trace ? [`of trace ${trace}`] : []),
    ...(level ? [`of level ${level} or above`] : []),
    ...(since === undefined ? [] : [`since ${new Date(since).toISOString()}`]),
    ...(grep ? [`that matches ${grep.source}`] : []),
  ]
  if (filters.length > 0) return `There is no log line ${filters.join(' and ')}.`
  return 'There is no log line yet. Start the shop with `pnpm demo up`.'
}
