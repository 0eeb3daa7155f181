/**
 * Which values an attribute may have (OpenTelemetry specification, "Attribute" and "AnyValue"). TypeScript checks it too, but
 * values come from outside: each is judged once, where it enters, and copied, so that what the caller changes later changes nothing.
 */
import type { AttributeValue } from '@opentelemetry/api'

/** Levels of lists and maps in one value; what is deeper is replaced by TOO_DEEP. */
export const MAX_DEPTH = 16
/** Values in one value, nested ones included; what comes after is left out. */
export const MAX_VALUES = 10_000
export const TOO_DEEP = '[nested too deep]'

/** Whether it is a value of a label: a primitive or a list of them. */
export function isAttributeValue(value: unknown): value is AttributeValue {
  if (!Array.isArray(value)) return isPrimitive(value)
  return value.every((item) => item === null || item === undefined || isPrimitive(item))
}

/**
 * The value as a span can hold it: texts of at most `length` characters, numbers, booleans, bytes, and lists and plain objects of
 * these. `undefined` for any other, such as a function, an instance of a class or an object that throws when it is read.
 */
export function anyValueOf(value: unknown, length: number): AttributeValue | undefined {
  if (typeof value === 'string') return cut(value, length)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null) return undefined
  remaining = MAX_VALUES
  try {
    return nestedValueOf(value, length, 0)
  } catch {
    return undefined
  }
}

/** The text, or its beginning where it is longer than `length`; no surrogate pair is cut in half. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/** Sets a field of any name: `__proto__` as an ordinary one would set the prototype. */
export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

/** Values that may still be copied. The walk is synchronous, so one counter serves every value. */
let remaining = 0

function nestedValueOf(value: unknown, length: number, depth: number): unknown {
  if (typeof value === 'string') return cut(value, length)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object') return undefined
  if (value instanceof Uint8Array) return value.slice(0, length)
  if (depth >= MAX_DEPTH) return TOO_DEEP
  return Array.isArray(value) ? listOf(value, length, depth + 1) : mapOf(value, length, depth + 1)
}

function listOf(list: unknown[], length: number, depth: number): unknown[] {
  const copy: unknown[] = []
  for (const item of list) {
    remaining -= 1
    if (remaining < 0) break
    copy.push(nestedValueOf(item, length, depth) ?? null)
  }
  return copy
}

function mapOf(map: object, length: number, depth: number): object | undefined {
  const prototype: unknown = Object.getPrototypeOf(map)
  // A plain object of another realm has another `Object.prototype`.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(map)) {
    remaining -= 1
    if (remaining < 0) break
    put(copy, key, nestedValueOf(Reflect.get(map, key), length, depth))
  }
  return copy
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
