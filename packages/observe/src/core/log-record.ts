/**
 * A line of the JSON log as a record of OpenTelemetry's log data model
 * (https://opentelemetry.io/docs/specs/otel/logs/data-model/).
 */
import { attribute, logField } from './names.ts'

export interface LogRecord {
  timeMs: number
  severityNumber: number
  severityText: string
  body: string
  attributes: Record<string, unknown>
  traceId?: string
  spanId?: string
  traceFlags?: number
}

const SEVERITY = new Map([
  ['trace', 1],
  ['debug', 5],
  ['info', 9],
  ['warn', 13],
  ['error', 17],
  ['fatal', 21],
])
const DEFAULT_SEVERITY = 9

/** What the resource says already. */
const RESOURCE_FIELDS = new Set<string>([logField.service, logField.version, logField.environment])

/** Reads a line that pino wrote; a line that is no JSON object is the record's body as it is. */
export function recordOf(line: string): LogRecord {
  const { level, time, msg, trace_id, span_id, trace_flags, err, ...rest } = parsed(line)
  const record: LogRecord = {
    timeMs: typeof time === 'string' ? Date.parse(time) : Date.now(),
    severityNumber: SEVERITY.get(String(level)) ?? DEFAULT_SEVERITY,
    severityText: String(level ?? 'info'),
    body: typeof msg === 'string' ? msg : line.trimEnd(),
    attributes: { ...withoutResource(rest), ...exceptionOf(err) },
  }
  if (typeof trace_id === 'string') record.traceId = trace_id
  if (typeof span_id === 'string') record.spanId = span_id
  if (typeof trace_flags === 'string') record.traceFlags = Number.parseInt(trace_flags, 16)
  return record
}

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function withoutResource(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !RESOURCE_FIELDS.has(key)))
}

/** An error as the semantic conventions for exceptions in logs have it. */
function exceptionOf(error: unknown): Record<string, unknown> {
  if (typeof error !== 'object' || error === null) return {}
  const { type, message, stack } = error as Record<string, unknown>
  return {
    [attribute.exceptionType]: type,
    [attribute.exceptionMessage]: message,
    [attribute.exceptionStacktrace]: stack,
  }
}
