/**
 * OTLP's key-values as plain data. Integers that a double cannot hold become text, bytes become base64 text, and the
 * object has no prototype, so that an attribute may be called `__proto__`.
 */

import type { Attributes, Value } from '../contract/contract.ts'
import { exactly } from './int64.ts'
import type { AnyValue, KeyValue } from './message.ts'

export function attributesOf(pairs: KeyValue[]): Attributes {
  const attributes: Attributes = Object.create(null)
  for (const { key, value } of pairs) attributes[key] = value ? plain(value) : null
  return attributes
}

// Own properties tell which alternative was sent: a decoded message inherits the defaults of the others.
export function plain(any: AnyValue): Value {
  if (Object.hasOwn(any, 'stringValue')) return any.stringValue ?? null
  if (Object.hasOwn(any, 'intValue')) return any.intValue ? exactly(any.intValue) : null
  if (Object.hasOwn(any, 'boolValue')) return any.boolValue ?? null
  if (Object.hasOwn(any, 'doubleValue')) return finite(any.doubleValue)
  if (any.arrayValue) return any.arrayValue.values.map(plain)
  if (any.kvlistValue) return attributesOf(any.kvlistValue.values)
  if (any.bytesValue?.length) return Buffer.from(any.bytesValue).toString('base64')
  return null
}

/** JSON has no NaN and no infinities: they become text. */
function finite(double: number | undefined): Value {
  if (double === undefined) return null
  return Number.isFinite(double) ? double : String(double)
}

/** A string to show for a value that may be structured. */
export function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
