/**
 * The log signal: pino, one JSON object a line. Each line carries the ids of the span that is active where it is
 * written, secrets are redacted before they reach the line, and an error shows its stack and its cause.
 */
import type { Context } from '@opentelemetry/api'
import { type DestinationStream, type LogFn, type Logger, type LoggerOptions, pino } from 'pino'
import { logField } from '../conventions/names.ts'
import { safeText } from '../conventions/thrown.ts'
import { GuardedDestination } from './guarded-destination.ts'
import { LineHead } from './line-head.ts'
import { LogStream } from './log-stream.ts'
import { CENSOR, redacted, withoutUserInfo } from './redaction.ts'

export interface LogsOptions {
  level: string
  redact: string[]
  destination: DestinationStream | undefined
  service: string
  version: string | undefined
  environment: string | undefined
  /** Gets each line that is written. */
  tap: ((line: string) => void) | undefined
  /** The context whose span a line belongs to. */
  active: () => Context
}

const UNREAD = 'standard output was not read in time'

export interface Log {
  logger: Logger
  /** Takes a whole line to where the logger writes. */
  writeLine(line: string): void
  /** Lines that standard output, or the destination that the user gave, did not take. */
  dropped(): number | undefined
  /** Settles when what is buffered was written. */
  flush(): Promise<void>
  /** Writes what is buffered; for a process that has no turn of the event loop left. */
  flushSync(): void
}

export function createLog(options: LogsOptions): Log {
  const head = new LineHead(options.active)
  const settings: LoggerOptions = {
    level: options.level,
    base: baseFields(options),
    messageKey: logField.message,
    errorKey: logField.error,
    timestamp: () => head.next(),
    formatters: { level: (label) => ({ level: label }), log: redacted },
    // `formatters.log` has made a plain object of it.
    serializers: { [logField.error]: (thrown) => thrown },
    redact: { paths: options.redact, censor: CENSOR },
  }
  const { tap } = options
  settings.hooks = {
    logMethod(args, method) {
      logSafely(this, args, method, head)
    },
    streamWrite(line) {
      const safe = withoutUserInfo(line)
      tap?.(safe)
      return safe
    },
  }
  const guarded = options.destination && new GuardedDestination(options.destination)
  const stdout = guarded?.stream ?? standardOutput()
  const logger = pino(settings, stdout)
  redactBindings(logger)
  if (stdout instanceof LogStream) stdout.onRecovery = (missed) => logger.warn(`${missed} lines were lost: ${UNREAD}`)
  return {
    logger,
    dropped: () => (stdout instanceof LogStream ? stdout.dropped : guarded?.dropped),
    writeLine(line) {
      tap?.(line)
      stdout.write(line)
    },
    flush: () => flushLater(stdout),
    flushSync: () => flushNow(stdout),
  }
}

/** Fields that a child logger has on each line are encoded when it is made. Its own children inherit these methods. */
function redactBindings(logger: Logger): void {
  for (const name of ['child', 'setBindings'] as const) {
    const method: unknown = logger[name]
    if (typeof method !== 'function') continue
    Reflect.set(logger, name, function redactedBindings(this: Logger, bindings: unknown, ...rest: unknown[]): unknown {
      const safe = safeBindings(bindings)
      try {
        return Reflect.apply(method, this, [safe, ...rest])
      } catch {
        // A field that pino cannot encode; for options that are not valid it throws again.
        return Reflect.apply(method, this, [{}, ...rest])
      }
    })
  }
}

/** None where they are no object, at which pino throws, or one that throws when it is read. */
function safeBindings(bindings: unknown): object {
  try {
    return typeof bindings === 'object' && bindings !== null ? redacted(bindings) : {}
  } catch {
    return {}
  }
}

/** What throws when it is read costs its line, never the code that logs it; JSON has no symbols and no functions. */
function logSafely(logger: Logger, args: Parameters<LogFn>, method: LogFn, head: LineHead): void {
  const first: unknown = args[0]
  const message: unknown = args[1]
  try {
    if (isUnwritable(first) || isUnwritable(message))
      method.call(logger, { value: safeText(first) }, safeText(message ?? ''))
    else head.around(first, () => method.apply(logger, args))
  } catch (error) {
    const text = typeof message === 'string' ? message : 'cannot be logged'
    method.call(logger, { [logField.error]: { type: 'LogError', message: safeText(error) } }, text)
  }
}

function isUnwritable(part: unknown): boolean {
  return typeof part === 'symbol' || typeof part === 'function'
}

/** Reading `fd` makes standard output one that never blocks. */
function standardOutput(): LogStream {
  return new LogStream(process.stdout.fd ?? 1, undefined, writeToReplaced)
}

/** A worker's standard output has no file descriptor; pm2, test runners and captures replace `write`. */
function writeToReplaced(text: string): boolean {
  const { stdout } = process
  if (stdout.fd !== undefined && !Object.hasOwn(stdout, 'write')) return false
  stdout.write(text)
  return true
}

/** The fields that stand on every line. */
function baseFields({ service, version, environment }: LogsOptions): Record<string, string> {
  return {
    [logField.service]: service,
    ...(version === undefined ? {} : { [logField.version]: version }),
    ...(environment === undefined ? {} : { [logField.environment]: environment }),
  }
}

function flushLater(stdout: DestinationStream & { flush?: (done: () => void) => void }): Promise<void> {
  return new Promise((resolve) => {
    if (stdout.flush === undefined) resolve()
    else stdout.flush(() => resolve())
  })
}

function flushNow(stdout: DestinationStream & { flushSync?: () => void }): void {
  try {
    stdout.flushSync?.()
  } catch {
    // Standard output has no reader any more.
  }
}
