/**
 * Errors as the shop's services tell them: `{ "error": { "code", "message", "details" } }`. A service throws a Problem
 * for what its caller should know; anything else becomes a 500 that gives nothing away.
 */

import { z } from 'zod'

interface ProblemOptions {
  /** Facts for a program, such as the product that is out of stock. */
  details?: Record<string, unknown>
  /** When it is worth trying again. */
  retryAfterSeconds?: number
  /** Methods that the path takes, for a 405. */
  allow?: readonly string[]
  cause?: unknown
}

export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  /** Stable, for programs; the message is for people. */
  readonly code: string
  readonly details: Record<string, unknown> | undefined
  readonly headers: Record<string, string>

  constructor(status: number, code: string, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.status = status
    this.code = code
    this.details = options.details
    const { retryAfterSeconds, allow } = options
    this.headers = {
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
      ...(allow && { allow: allow.join(', ') }),
    }
  }

  toJSON() {
    const { code, message, details } = this
    return { error: { code, message, ...(details && { details }) } }
  }
}

/** The path is known, the method is not one of those that it takes. */
export function methodNotAllowed(method: string, path: string, allow: readonly string[]): Problem {
  const message = `${path} does not take ${method}. It takes ${allow.join(', ')}.`
  return new Problem(405, 'method_not_allowed', message, { allow })
}

/** Codes of what frameworks refuse by themselves. */
const codes = new Map([
  [404, 'not_found'],
  [408, 'timeout'],
  [413, 'too_large'],
  [431, 'headers_too_large'],
])

/** What any error means to the caller. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof z.ZodError) return invalid(error)
  const status = clientErrorStatus(error)
  if (status !== undefined && error instanceof Error) {
    return new Problem(status, codes.get(status) ?? 'bad_request', error.message)
  }
  return new Problem(500, 'internal', 'Something went wrong here. The log has it under this trace id.', {
    cause: error,
  })
}

function invalid(error: z.ZodError): Problem {
  const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const message = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  return new Problem(400, 'invalid_request', message, { details: { issues } })
}

/** Frameworks and their body parsers mark what the client did wrong with a status. */
function clientErrorStatus(error: unknown): number | undefined {
  if (error instanceof SyntaxError) return 400
  if (typeof error !== 'object' || error === null) return undefined
  const status = 'status' in error ? error.status : 'statusCode' in error && error.statusCode
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}
