/**
 * `pnpm demo logs`: the lines of all services as one, in the order of time.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { LogReader, LogSource } from '../modes/mode.ts'
import { type Level, type LogFields, levels, parseFields } from './log-line.ts'

export interface LogRecord {
  readonly service: string
  readonly line: string
  /** Undefined for a line that is not JSON. */
  readonly fields: LogFields | undefined
  /** Milliseconds; a line without a time of its own has that of the line before it. */
  readonly time: number
}

export interface LogFilter {
  /** A trace id, or its beginning. */
  readonly trace?: string
  /** This level and those above it. */
  readonly level?: Level
  /** Lines from then on, in milliseconds since 1970; a line without a time of its own has that of the line before it. */
  readonly since?: number
  /** Tried on the line as it was written. */
  readonly grep?: RegExp
}

const pollInterval = 250

/** PostgreSQL and many others begin a line with such a time. */
const leadingTime = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?) ?(?:UTC|Z)\b/

/** All lines that are there. */
export async function* readLogs(sources: readonly LogSource[], filter: LogFilter): AsyncGenerator<LogRecord> {
  const { signal } = new AbortController()
  yield* mergeByTime(sources.map((source) => toRecords(source, wholeLog(source.open(signal)), filter)))
}

/** Goes on with what is written, after the last `count` lines of what is there. Ends when `signal` aborts. */
export async function* followLogs(
  sources: readonly LogSource[],
  filter: LogFilter,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  const logs = sources.map((source) => ({ source, log: source.open(signal) }))
  const news = () => mergeByTime(logs.map(({ source, log }) => toRecords(source, log.newLines(), filter)))
  yield* await last(news(), count)
  while (!signal.aborted) {
    await delay(pollInterval, undefined, { signal }).catch(() => undefined)
    yield* news()
  }
}

/** The last `count` of the records. */
export async function last(records: AsyncIterable<LogRecord>, count: number): Promise<LogRecord[]> {
  const kept: LogRecord[] = []
  for await (const record of records) {
    kept.push(record)
    if (kept.length >= 2 * count + 1000) kept.splice(0, kept.length - count)
  }
  return kept.slice(Math.max(0, kept.length - count))
}

async function* wholeLog(log: LogReader): AsyncGenerator<string> {
  yield* log.newLines()
  const rest = log.takeRest()
  if (rest !== '') yield rest
}

async function* toRecords(
  { service }: LogSource,
  lines: AsyncIterable<string>,
  filter: LogFilter,
): AsyncGenerator<LogRecord> {
  let time = 0
  for await (const line of lines) {
    const fields = parseFields(line)
    time = timeOf(line, fields) ?? time
    const record = { service, line, fields, time }
    if (matches(record, filter)) yield record
  }
}

function timeOf(line: string, fields: LogFields | undefined): number | undefined {
  if (fields) return Date.parse(fields.time)
  const [, day, clock] = leadingTime.exec(line) ?? []
  return day && clock ? Date.parse(`${day}T${clock.replace(',', '.')}Z`) : undefined
}

/** A line that is not JSON has neither trace nor level, so that it passes only where neither is asked for. */
function matches({ fields, line, time }: LogRecord, { trace, level, since, grep }: LogFilter): boolean {
  if (since !== undefined && time < since) return false
  if (grep !== undefined && !grep.test(line)) return false
  if (trace !== undefined && !fields?.trace_id?.startsWith(trace)) return false
  return level === undefined || (fields !== undefined && levels.indexOf(fields.level) >= levels.indexOf(level))
}

/** Merges streams that are each in the order of time; of equal times the earlier stream goes first. */
async function* mergeByTime(streams: readonly AsyncGenerator<LogRecord>[]): AsyncGenerator<LogRecord> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, head: await stream.next() })))
  for (;;) {
    const open = heads.filter(({ head }) => !head.done)
    const [first, ...others] = open
    if (!first) return
    const next = others.reduce((best, one) => (timeAt(one) < timeAt(best) ? one : best), first)
    yield next.head.value
    next.head = await next.stream.next()
  }
}

function timeAt({ head }: { head: IteratorResult<LogRecord> }): number {
  return head.done ? Number.POSITIVE_INFINITY : head.value.time
}
