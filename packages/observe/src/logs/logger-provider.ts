/**
 * OpenTelemetry's Logs API (`logs.getLogger()`, since @opentelemetry/api 1.10) over the service's log: a record that is emitted is a
 * line like any other, on standard output and by OTLP, with the ids of its context.
 */
import type { Logger as ApiLogger, LoggerProvider } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { activeContext, isContext, withContext } from '../context/context.ts'
import { logField } from '../conventions/names.ts'
import { fieldOf, isError, safeText } from '../conventions/thrown.ts'

/** Each has four severity numbers, from 1 (https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber). */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export class LogProvider implements LoggerProvider {
  readonly #log: Logger
  /** A bridge that sends each line of pino to this API would otherwise never end. */
  #isWriting = false

  constructor(log: Logger) {
    this.#log = log
  }

  getLogger(name: unknown): ApiLogger {
    const scope = typeof name === 'string' && name !== '' ? { 'otel.scope.name': name } : {}
    return {
      emit: (record: unknown) => this.#emit(record, scope),
      enabled: (options?: unknown) => this.#log.isLevelEnabled(levelOf(fieldOf(options, 'severityNumber'))),
    }
  }

  #emit(record: unknown, scope: object): void {
    if (this.#isWriting) return
    this.#isWriting = true
    try {
      const context = fieldOf(record, 'context')
      withContext(isContext(context) ? context : activeContext(), () => this.#write(record, scope))
    } finally {
      this.#isWriting = false
    }
  }

  #write(record: unknown, scope: object): void {
    const body = fieldOf(record, 'body')
    const exception = fieldOf(record, 'exception')
    const eventName = fieldOf(record, 'eventName')
    const isText = body === null || typeof body !== 'object'
    const fields = {
      ...attributesOf(record),
      ...scope,
      ...(typeof eventName === 'string' && { 'event.name': eventName }),
      ...(exception !== undefined && {
        [logField.error]: isError(exception) ? exception : { message: safeText(exception) },
      }),
      ...(!isText && { body }),
    }
    const message = isText && body !== undefined && body !== null ? safeText(body) : undefined
    this.#log[levelOf(fieldOf(record, 'severityNumber'))](fields, message)
  }
}

function levelOf(severity: unknown): (typeof LEVELS)[number] {
  return (typeof severity === 'number' && LEVELS[Math.floor((severity - 1) / 4)]) || 'info'
}

/** None where they throw when they are read. */
function attributesOf(record: unknown): object {
  const attributes = fieldOf(record, 'attributes')
  try {
    return typeof attributes === 'object' && attributes !== null ? { ...attributes } : {}
  } catch {
    return {}
  }
}
