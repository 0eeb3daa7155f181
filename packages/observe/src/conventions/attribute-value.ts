/**
 * Which values an attribute may have (OpenTelemetry specification, "Attribute"). TypeScript checks it too, but values come from
 * outside: an object that cannot become a string would break every later scrape as a label.
 */
import type { AttributeValue } from '@opentelemetry/api'

export function isAttributeValue(value: unknown): value is AttributeValue {
  if (!Array.isArray(value)) return isPrimitive(value)
  return value.every((item) => item === null || item === undefined || isPrimitive(item))
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
