/**
 * An ExportLogsServiceRequest to log records. A record without a severity number gets its level from the severity's text,
 * else info; one without a time gets the time at which it was observed, else now.
 */

import { attributesOf, plain, textOf } from './attributes.ts'
import { microseconds } from './int64.ts'
import type { LogMessage, LogRequest } from './message.ts'
import { type Accepted, badTime, isId, type LogRecord, oddTime, reject, resourceOf, scopeOf, warn } from './record.ts'

export function logsOf(request: LogRequest): Accepted<LogRecord> {
  const accepted: Accepted<LogRecord> = { records: [], rejected: 0, reason: '' }
  for (const { resource: from, scopeLogs } of request.resourceLogs) {
    const resource = resourceOf(from)
    for (const { scope: scoped, logRecords } of scopeLogs) {
      const scope = scopeOf(scoped)
      for (const log of logRecords) {
        const time = microseconds(log.timeUnixNano) || microseconds(log.observedTimeUnixNano) || Date.now() * 1000
        const problem = badTime(time)
        if (problem) {
          reject(accepted, `A log record was refused: ${problem}.`)
        } else {
          accepted.records.push({ ...recordOf(log), time, resource, scope })
          warn(accepted, oddTime(time))
        }
      }
    }
  }
  return accepted
}

function recordOf(log: LogMessage): Omit<LogRecord, 'time' | 'resource' | 'scope'> {
  const body = log.body ? plain(log.body) : null
  const attributes = attributesOf(log.attributes)
  if (log.eventName) attributes['event.name'] ??= log.eventName
  return {
    level: levelOf(log),
    body: textOf(body) || log.eventName,
    structured: typeof body === 'object' && body !== null ? body : undefined,
    traceId: isId(log.traceId, 16) ? log.traceId : null,
    spanId: isId(log.spanId, 8) ? log.spanId : null,
    attributes,
  }
}

const words: [start: string, level: number][] = [
  ['trace', 0],
  ['debug', 1],
  ['info', 2],
  ['notice', 2],
  ['warn', 3],
  ['err', 4],
  ['crit', 5],
  ['fatal', 5],
  ['alert', 5],
  ['emerg', 5],
]

// Severity numbers come in fours: 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal.
function levelOf(log: LogMessage): number {
  if (log.severityNumber >= 1 && log.severityNumber <= 24) return Math.floor((log.severityNumber - 1) / 4)
  const text = log.severityText.toLowerCase()
  return words.find(([start]) => text.startsWith(start))?.[1] ?? 2
}
