/**
 * An error as a log line has it. Errors of HTTP clients and databases carry requests, headers and rows as fields of their
 * own, so only those fields are written that are known to hold none of it.
 */
import { isError } from '../conventions/thrown.ts'

/** Causes of causes that are written. */
const MAX_CAUSES = 5
/** Errors of an AggregateError that are written. */
const MAX_ERRORS = 10

/** Fields of Node's system errors, of HTTP errors and of databases. A database's `detail` and `where` quote values. */
const ALLOWED = [
  'code',
  'errno',
  'syscall',
  'hostname',
  'address',
  'port',
  'path',
  'dest',
  'signal',
  'status',
  'statusCode',
  'exitCode',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'sqlState',
] as const

/** Type, message, stack, allowed fields, and the same of the causes. */
export function errorFields(error: Error, depth = 0): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    type: typeof error.constructor === 'function' ? error.constructor.name : error.name,
    message: error.message,
    stack: error.stack,
  }
  for (const name of ALLOWED) {
    const value: unknown = Reflect.get(error, name)
    if (typeof value === 'string' || typeof value === 'number') fields[name] = value
  }
  if (depth >= MAX_CAUSES) return fields
  if ('errors' in error && Array.isArray(error.errors)) {
    const errors = error.errors.filter(isError).slice(0, MAX_ERRORS)
    if (errors.length > 0) fields.aggregateErrors = errors.map((each) => errorFields(each, depth + 1))
  }
  const { cause } = error
  if (isError(cause)) fields.cause = errorFields(cause, depth + 1)
  else if (typeof cause === 'string') fields.cause = cause
  return fields
}
