/**
 * How much one log record may hold on its way out by OTLP (OpenTelemetry SDK specification, "LogRecord limits"). Standard output has
 * the whole line.
 */
import { type AttributeLimits, attributeLimitsOf, DEFAULT_COUNT, MAX_LENGTH } from './attribute-limits.ts'
import type { Environment } from './environment.ts'

export type LogLimits = AttributeLimits

/** The specification has no limit for texts by default; lines are bounded together, by the bytes of the queue. */
export const DEFAULT_LOG_LIMITS: LogLimits = { attributes: DEFAULT_COUNT, valueLength: MAX_LENGTH }

export function logLimitsOf(env: Environment): LogLimits {
  return attributeLimitsOf(env, 'LOGRECORD', MAX_LENGTH)
}
