/**
 * How much one log record may hold on its way out by OTLP (OpenTelemetry SDK specification, "LogRecord limits"). Standard output has
 * the whole line.
 */
import type { Environment } from './environment.ts'

export interface LogLimits {
  /** Most attributes of a record. */
  attributes: number
  /** Most characters of a text in an attribute; the rest is cut off. */
  valueLength: number
}

const DEFAULT_COUNT = 128
const MAX_COUNT = 1_000_000
/** The specification's default is no limit; lines are bounded together, by the bytes of the queue. */
const NO_LIMIT = 2 ** 30

export const DEFAULT_LOG_LIMITS: LogLimits = { attributes: DEFAULT_COUNT, valueLength: NO_LIMIT }

/** A variable of log records comes before the general one. */
export function logLimitsOf(env: Environment): LogLimits {
  const attributes = env.number('OTEL_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT)
  const valueLength = env.number('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 1, NO_LIMIT, NO_LIMIT)
  return {
    attributes: env.number('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, attributes),
    valueLength: env.number('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 1, NO_LIMIT, valueLength),
  }
}
