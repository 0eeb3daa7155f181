/**
 * Settings of the JSON log: its level, also as other loggers call it, and which requests have a line.
 */
import { levels } from 'pino'
import type { LogOptions, RequestLines } from '../types.ts'
import { check } from './check.ts'
import type { Environment } from './environment.ts'
import { pathList } from './paths.ts'

export interface LogSettings {
  level: string
  redact: string[]
  destination: LogOptions['destination']
  requests: RequestLines
  slowMs: number
  /** Routes or paths without a line, unless they fail. */
  quiet: string[]
}

const REQUEST_LINES = ['all', 'slow', 'errors', 'none'] as const
const DEFAULT_SLOW_MS = 1000
const MAX_SLOW_MS = 3_600_000

/** Levels of winston, NestJS, syslog and bunyan. winston's `http` and NestJS's `log` show the lines of requests, which are of level info. */
const FOREIGN: Record<string, string> = {
  silly: 'trace',
  all: 'trace',
  verbose: 'debug',
  http: 'info',
  log: 'info',
  notice: 'info',
  warning: 'warn',
  err: 'error',
  crit: 'fatal',
  critical: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  off: 'silent',
  none: 'silent',
  ...levels.labels,
}

export function resolveLog(log: LogOptions, env: Environment): LogSettings {
  const known = [...Object.values(levels.labels), 'silent']
  const { redact = [], destination } = log
  const level = log.level ?? env.choice('LOG_LEVEL', known, 'info', FOREIGN)
  check(known.includes(level), 'log.level', level, `one of ${known.join(', ')}`)
  const requests = log.requests ?? env.choice('LOG_REQUESTS', REQUEST_LINES, 'all')
  check(REQUEST_LINES.includes(requests), 'log.requests', requests, `one of ${REQUEST_LINES.join(', ')}`)
  const slowMs = log.slowMs ?? env.number('LOG_REQUESTS_SLOW_MS', 0, MAX_SLOW_MS, DEFAULT_SLOW_MS)
  check(slowMs >= 0 && slowMs <= MAX_SLOW_MS, 'log.slowMs', slowMs, `milliseconds from 0 to ${MAX_SLOW_MS}`)
  const quiet = pathList(log.quiet, 'log.quiet', env, 'LOG_REQUESTS_QUIET')
  return { level, redact, destination, requests, slowMs, quiet }
}
