/**
 * OpenTelemetry's diagnostics in the service's log.
 */
import { DiagLogLevel, diag } from '@opentelemetry/api'
import type { Logger } from 'pino'
import type { ObserveInstance } from './observe-instance.ts'

/** `OTEL_LOG_LEVEL` shows more, or less, of OpenTelemetry's diagnostics; without it its errors alone are in the log. */
export function setDiagnostics(instance: ObserveInstance): void {
  const level = instance.providers.diagnostics
  if (level === undefined) diag.setLogger(quiet(instance))
  else diag.setLogger(verbose(instance), DiagLogLevel[diagnosticLevels[level]])
}

const diagnosticLevels = {
  none: 'NONE',
  error: 'ERROR',
  warn: 'WARN',
  info: 'INFO',
  debug: 'DEBUG',
  verbose: 'VERBOSE',
  all: 'ALL',
} as const

function verbose({ log }: ObserveInstance) {
  return {
    error: errorLine(log),
    warn: (message: string) => log.warn(`OpenTelemetry: ${message}`),
    info: (message: string) => log.info(`OpenTelemetry: ${message}`),
    debug: (message: string) => log.debug(`OpenTelemetry: ${message}`),
    verbose: (message: string) => log.trace(`OpenTelemetry: ${message}`),
  }
}

/** An SDK that is started later registers four times in vain, each with a stack: one line says what follows from it. */
function errorLine(log: Logger): (message: string) => void {
  let isSaid = false
  return function logError(message) {
    if (!/duplicate registration of API/.test(message)) log.error(`OpenTelemetry: ${message}`)
    else if (!isSaid) {
      isSaid = true
      log.warn(
        'an OpenTelemetry SDK was started after observe(): what its instrumentations record goes out through observe(), and its own exporters ' +
          'and processors get nothing. Remove it, or start it first.',
      )
    }
  }
}

/** OpenTelemetry's own complaints belong in the service's log; its chatter does not. */
function quiet({ log }: ObserveInstance) {
  return {
    error: errorLine(log),
    warn: (message: string) => log.debug(`OpenTelemetry: ${message}`),
    info: () => undefined,
    debug: () => undefined,
    verbose: () => undefined,
  }
}
