/**
 * An exception as a span event or a log line carries it: type and message first, the stack below as it was written.
 */

import type { Attributes } from '../../contract/contract.ts'

/** Attributes that are not part of the exception. */
export function withoutException(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !PARTS.has(name)))
}

const PARTS = new Set(['exception.type', 'exception.message', 'exception.stacktrace'])

export function hasException(attributes: Attributes): boolean {
  return attributes['exception.type'] !== undefined || attributes['exception.message'] !== undefined
}

export function Exception({ attributes }: { attributes: Attributes }) {
  const { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack } = attributes
  if (!hasException(attributes)) return null
  return (
    <div>
      <b class="bad exception">{[type, message].filter((part) => part !== undefined).join(': ')}</b>
      {stack !== undefined && <pre class="stack">{String(stack)}</pre>}
    </div>
  )
}
