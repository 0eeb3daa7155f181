/**
 * A line of the JSON log as a record of OpenTelemetry's log data model
 * (https://opentelemetry.io/docs/specs/otel/logs/data-model/).
 */
import type { Attributes } from '@opentelemetry/api'
import { attribute, logField, resourceAttribute } from '../conventions/names.ts'

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

/** Where the resource says the same. */
const RESOURCE_ATTRIBUTES = new Map<string, string>([
  [logField.service, resourceAttribute.service],
  [logField.version, resourceAttribute.version],
  [logField.environment, resourceAttribute.environment],
])

/**
 * Reads a line that pino wrote; a line that is no JSON object is the record's body as it is. The user may call a field
 * of their own like one of the line's: what it cannot be stays among the attributes.
 * @param resource what the line need not say again
 */
export function recordOf(line: string, resource: Attributes): LogRecord {
  const { level, time, msg, err, ...rest } = parsed(line)
  const severityText = typeof level === 'string' ? level : undefined
  const timeMs = timeOf(time)
  const record: LogRecord = {
    timeMs: timeMs ?? Date.now(),
    severityNumber: SEVERITY.get(severityText ?? '') ?? DEFAULT_SEVERITY,
    severityText: severityText ?? 'info',
    body: typeof msg === 'string' ? msg : line.trimEnd(),
    attributes: {
      ...withoutResource(rest, resource),
      ...(severityText === undefined && { [logField.level]: level }),
      ...(timeMs === undefined && { [logField.time]: time }),
      ...exceptionOf(err),
    },
  }
  const traceId = takeHex(record, logField.traceId, 32)
  const spanId = takeHex(record, logField.spanId, 16)
  const flags = takeHex(record, logField.traceFlags, 2)
  if (traceId !== undefined) record.traceId = traceId
  if (spanId !== undefined) record.spanId = spanId
  if (flags !== undefined) record.traceFlags = Number.parseInt(flags, 16)
  return record
}

/** A time that 64 bits of nanoseconds since 1970 can hold. */
function timeOf(time: unknown): number | undefined {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return ms >= 0 && ms < 2 ** 64 / 1e6 ? ms : undefined
}

function takeHex({ attributes }: LogRecord, name: string, digits: number): string | undefined {
  const value = attributes[name]
  if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-f]+$/.test(value)) return undefined
  delete attributes[name]
  return value
}

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function withoutResource(fields: Record<string, unknown>, resource: Attributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => {
      const attribute = RESOURCE_ATTRIBUTES.get(key)
      return attribute === undefined || value !== resource[attribute]
    }),
  )
}

/** An error as the semantic conventions for exceptions in logs have it, and its own fields, like a code. */
function exceptionOf(error: unknown): Record<string, unknown> {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return { [logField.error]: error }
  const { type, message, stack, ...own } = error as Record<string, unknown>
  return {
    [attribute.exceptionType]: type,
    [attribute.exceptionMessage]: message,
    [attribute.exceptionStacktrace]: stack,
    ...(Object.keys(own).length > 0 && { [logField.error]: own }),
  }
}
