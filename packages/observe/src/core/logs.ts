/**
 * The log signal: pino, one JSON object a line. Each line carries the ids of the span that is active where it is
 * written, secrets are redacted before they reach the line, and an error shows its stack and its cause.
 */
import { type Context, isSpanContextValid, trace } from '@opentelemetry/api'
import {
  type DestinationStream,
  destination,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino'
import { logField } from './names.ts'

export interface LogsOptions {
  level: string
  redact: string[]
  destination: DestinationStream | undefined
  /** Fields that stand on every line. */
  base: Record<string, string>
  /** Gets each line that is written. */
  tap: ((line: string) => void) | undefined
  /** The context whose span a line belongs to. */
  active: () => Context
}

/** Never written, wherever they stand in an object that is logged, one level down included. */
const SECRETS = ['authorization', 'cookie', 'set-cookie', 'password', 'passwd', 'secret', 'token', 'api_key', 'apiKey']
const HEADER_SECRETS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']

export interface Log {
  logger: Logger
  /** Writes what is buffered; for a process that has no turn of the event loop left. */
  flushSync(): void
}

export function createLog(options: LogsOptions): Log {
  const settings: LoggerOptions = {
    level: options.level,
    base: options.base,
    messageKey: 'msg',
    errorKey: logField.error,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { [logField.error]: stdSerializers.errWithCause },
    redact: { paths: redactPaths(options.redact), censor: '[redacted]' },
    mixin: () => traceFields(options.active()),
  }
  const { tap } = options
  if (tap !== undefined) {
    settings.hooks = {
      streamWrite(line) {
        tap(line)
        return line
      },
    }
  }
  if (options.destination !== undefined) {
    return { logger: pino(settings, options.destination), flushSync: () => undefined }
  }
  const stdout = destination({ fd: process.stdout.fd, sync: false })
  return { logger: pino(settings, stdout), flushSync: () => flushNow(stdout) }
}

function flushNow(stdout: ReturnType<typeof destination>): void {
  try {
    stdout.flushSync()
  } catch {
    // Nobody reads standard output any more.
  }
}

/** The ids of the active span, as the fields that Loki and Grafana link by. */
export function traceFields(context: Context): Record<string, string> {
  const span = trace.getSpanContext(context)
  if (span === undefined || !isSpanContextValid(span)) return {}
  return {
    [logField.traceId]: span.traceId,
    [logField.spanId]: span.spanId,
    [logField.traceFlags]: `0${span.traceFlags & 1}`,
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
