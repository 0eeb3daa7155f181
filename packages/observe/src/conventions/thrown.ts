/**
 * What was thrown, as spans and log lines tell it: anything may be thrown, and how much of it is worth keeping depends on
 * whose mistake it was.
 */
import { types } from 'node:util'
import type { Attributes } from '@opentelemetry/api'

/** Also an error of another realm, such as a vm context or a test runner's. */
export function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || isInstance(thrown, Error)
}

/** `instanceof`, also for a proxy, which may throw when its prototype is read. */
export function isInstance<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof type
  } catch {
    return false
  }
}

/** The error, or one with its text where it is none or its own fields cannot be read. */
export function asError(thrown: unknown): Error {
  return isReadable(thrown) ? thrown : new Error(safeText(thrown))
}

/** Its text; anything may be thrown, also what throws when it is asked for its text. */
export function safeText(thrown: unknown): string {
  try {
    return isError(thrown) ? String(thrown.message) : String(thrown)
  } catch {
    return 'something that has no text'
  }
}

/** A field of anything; `undefined` where there is none or its getter throws. */
export function fieldOf(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}

/** The attributes of an exception event (OpenTelemetry semantic conventions, "Exceptions"). */
export function exceptionAttributes(thrown: unknown): Attributes {
  if (typeof thrown !== 'object' || thrown === null) return { 'exception.message': safeText(thrown) }
  const type = fieldOf(thrown, 'name') ?? fieldOf(thrown, 'code')
  const message = fieldOf(thrown, 'message')
  const stack = fieldOf(thrown, 'stack')
  const attributes: Attributes = {}
  if (type !== undefined && type !== null) attributes['exception.type'] = safeText(type)
  if (message) attributes['exception.message'] = safeText(message)
  if (stack) attributes['exception.stacktrace'] = safeText(stack)
  return attributes
}

export function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500
}

/** A client's mistake needs no stack of ours. */
export function brief(thrown: unknown): { type: string; message: string } {
  const { name, message } = asError(thrown)
  return { type: name, message }
}

function isReadable(thrown: unknown): thrown is Error {
  try {
    if (!isError(thrown)) return false
    // Each may be a getter of the user's own that throws.
    const { name, message, stack } = thrown
    return typeof name === 'string' && typeof message === 'string' && (stack === undefined || typeof stack === 'string')
  } catch {
    return false
  }
}
