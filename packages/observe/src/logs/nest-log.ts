/**
 * NestJS's logger interface over a pino: its levels have other names, and the context is the last argument.
 */
import type { Logger } from 'pino'
import { isError } from '../conventions/thrown.ts'

const LEVELS = { log: 'info', error: 'error', warn: 'warn', debug: 'debug', verbose: 'trace', fatal: 'fatal' } as const

/** An argument that is neither a text nor fields. */
function isValue(part: unknown): boolean {
  return typeof part === 'number' || typeof part === 'boolean' || typeof part === 'bigint'
}

type Write = (message: unknown, ...rest: unknown[]) => void

/** What NestJS calls; the same as `LoggerService` of `@nestjs/common`, without importing it. */
export type NestLogger = Record<keyof typeof LEVELS, Write>

/** What the arguments after the message say besides texts. */
function fieldsOf(rest: unknown[]): Record<string, unknown> {
  const objects = rest.filter((part) => typeof part === 'object' && !isError(part))
  const fields: Record<string, unknown> = Object.assign({}, ...objects)
  const error = rest.find(isError)
  if (error !== undefined) fields.err = error
  const values = rest.filter(isValue)
  if (values.length > 0) fields.values = values
  return fields
}

export function nestLoggerOf(log: Logger): NestLogger {
  const write = (level: keyof typeof LEVELS): Write => {
    return function writeLine(message, ...rest) {
      const texts = rest.filter((part) => typeof part === 'string')
      const fields = fieldsOf(rest)
      const context = texts.pop()
      if (context !== undefined) fields.context = context
      // NestJS gives the stack of an error as a text before the context.
      const stack = texts.pop()
      if (message instanceof Error) fields.err = message
      else if (stack !== undefined) fields.stack = stack
      if (typeof message === 'object' && !(message instanceof Error)) Object.assign(fields, message)
      log[LEVELS[level]](fields, typeof message === 'object' ? undefined : String(message))
    }
  }
  return {
    log: write('log'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('verbose'),
    fatal: write('fatal'),
  }
}
