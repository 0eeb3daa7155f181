/**
 * What may be the value of an attribute (OpenTelemetry specification, "Attribute"). TypeScript says so too, but values come
 * from outside: an object without a text, kept as a label, would spoil every scrape after it.
 */
import type { AttributeValue } from '@opentelemetry/api'

export function isAttributeValue(value: unknown): value is AttributeValue {
  if (!Array.isArray(value)) return isPrimitive(value)
  return value.every((item) => item === null || item === undefined || isPrimitive(item))
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
