/**
 * The limits that spans and log records have in common (OpenTelemetry SDK specification, "Attribute limits"): a variable of the signal
 * comes before the general one.
 */
import type { Environment } from './environment.ts'

export interface AttributeLimits {
  /** Most attributes of one record. */
  attributes: number
  /** Most characters of a text in an attribute; the rest is cut off. */
  valueLength: number
}

/** The specification's default. */
export const DEFAULT_COUNT = 128
export const MAX_COUNT = 1_000_000
export const MAX_LENGTH = 2 ** 30

/** @param defaultLength the `valueLength` without a variable */
export function attributeLimitsOf(
  env: Environment,
  signal: 'SPAN' | 'LOGRECORD',
  defaultLength: number,
): AttributeLimits {
  const attributes = env.number('OTEL_ATTRIBUTE_COUNT_LIMIT', 0, MAX_COUNT, DEFAULT_COUNT)
  const valueLength = env.number('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 1, MAX_LENGTH, defaultLength)
  return {
    attributes: env.number(`OTEL_${signal}_ATTRIBUTE_COUNT_LIMIT`, 0, MAX_COUNT, attributes),
    valueLength: env.number(`OTEL_${signal}_ATTRIBUTE_VALUE_LENGTH_LIMIT`, 1, MAX_LENGTH, valueLength),
  }
}
