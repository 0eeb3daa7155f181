/**
 * The log signal: pino, one JSON object a line. Each line carries the ids of the span that is active where it is
 * written, secrets are redacted before they reach the line, and an error shows its stack and its cause.
 */
import { types } from 'node:util'
import { type Context, isSpanContextValid, type SpanContext, TraceFlags, trace } from '@opentelemetry/api'
import {
  type DestinationStream,
  type LogFn,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino'
import { logField } from '../conventions/names.ts'
import { textOf } from '../conventions/thrown.ts'
import { LogStream } from './log-stream.ts'

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

/** Never written, wherever they stand in an object that is logged, one level down included. */
const SECRETS = ['authorization', 'cookie', 'set-cookie', 'password', 'passwd', 'secret', 'token', 'api_key', 'apiKey']
const HEADER_SECRETS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']

const UNREAD = 'nobody read standard output in time'

export interface Log {
  logger: Logger
  /** Takes a whole line to where the logger writes. */
  writeLine(line: string): void
  /** Lines that standard output did not take; `undefined` where lines go elsewhere. */
  dropped(): number | undefined
  /** Settles when what is buffered was written. */
  flush(): Promise<void>
  /** Writes what is buffered; for a process that has no turn of the event loop left. */
  flushSync(): void
}

export function createLog(options: LogsOptions): Log {
  const settings: LoggerOptions = {
    level: options.level,
    base: baseFields(options),
    messageKey: logField.message,
    errorKey: logField.error,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { [logField.error]: (thrown) => (isError(thrown) ? stdSerializers.errWithCause(thrown) : thrown) },
    redact: { paths: redactPaths(options.redact), censor: '[redacted]' },
    mixin: () => traceFields(options.active()),
  }
  const { tap } = options
  settings.hooks = { logMethod: logSafely }
  if (tap !== undefined) {
    settings.hooks = {
      logMethod: logSafely,
      streamWrite(line) {
        tap(line)
        return line
      },
    }
  }
  const stdout = options.destination ?? standardOutput()
  const logger = pino(settings, stdout)
  if (stdout instanceof LogStream) stdout.onRecovery = (missed) => logger.warn(`${missed} lines were lost: ${UNREAD}`)
  return {
    logger,
    dropped: () => (stdout instanceof LogStream ? stdout.dropped : undefined),
    writeLine(line) {
      tap?.(line)
      stdout.write(line)
    },
    flush: () => flushLater(stdout),
    flushSync: () => flushNow(stdout),
  }
}

/** What throws when it is read costs its line, never the code that logs it; JSON has no symbols and no functions. */
function logSafely(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, ...rest] = args
  const [message] = rest
  try {
    if (isUnwritable(first) || isUnwritable(message)) method.call(this, { value: textOf(first) }, textOf(message ?? ''))
    else method.apply(this, args)
  } catch (error) {
    const text = typeof message === 'string' ? message : 'cannot be logged'
    method.call(this, { [logField.error]: { type: 'LogError', message: textOf(error) } }, text)
  }
}

function isUnwritable(part: unknown): boolean {
  return typeof part === 'symbol' || typeof part === 'function'
}

/** Asking for its number makes standard output one that never blocks; in a worker thread it has none. */
function standardOutput(): LogStream {
  return new LogStream(process.stdout.fd ?? 1)
}

/** The fields that stand on every line. */
function baseFields({ service, version, environment }: LogsOptions): Record<string, string> {
  return {
    [logField.service]: service,
    ...(version === undefined ? {} : { [logField.version]: version }),
    ...(environment === undefined ? {} : { [logField.environment]: environment }),
  }
}

/** Errors of another realm included; anything else that was thrown is shown as it is. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown)
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
    // Nobody reads standard output any more.
  }
}

/** The ids of a context's span. */
export function traceFields(context: Context): Record<string, string> {
  const span = trace.getSpanContext(context)
  return span === undefined || !isSpanContextValid(span) ? {} : idFields(span)
}

/** A span's ids as the fields that Loki and Grafana link by. */
export function idFields(span: SpanContext): Record<string, string> {
  return {
    [logField.traceId]: span.traceId,
    [logField.spanId]: span.spanId,
    [logField.traceFlags]: `0${span.traceFlags & TraceFlags.SAMPLED}`,
  }
}

function redactPaths(own: string[]): string[] {
  const paths = SECRETS.flatMap((name) => [at('', name), at('*', name)])
  const headers = HEADER_SECRETS.flatMap((name) => [
    at('headers', name),
    at('req.headers', name),
    at('request.headers', name),
    at('res.headers', name),
  ])
  return [...new Set([...paths, ...headers, ...own])]
}

/** A path in pino's notation; names that are not identifiers stand in brackets. */
function at(parent: string, name: string): string {
  if (/^[a-zA-Z_$][\w$]*$/.test(name)) return parent === '' ? name : `${parent}.${name}`
  return `${parent}["${name}"]`
}
