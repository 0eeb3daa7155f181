/**
 * Records of OpenTelemetry's Logs API are lines of the service's log, with level, fields, error and the ids of their context; no
 * record throws.
 */
import { context, logs, SeverityNumber, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { observe } from '../index.ts'
import type { Observe } from '../types.ts'

let lines: string[] = []
let obs: Observe
/** Runs for each line. */
let onLine: () => void = () => undefined

beforeEach(() => {
  lines = []
  const write = (line: string): void => {
    lines.push(line)
    onLine()
  }
  obs = observe({ service: 'logs', admin: false, traces: {}, log: { destination: { write } } })
})
afterEach(async () => {
  onLine = () => undefined
  await obs.shutdown()
})

function written(): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line))
}

test('a record is a line with its level, fields, error and ids', () => {
  const span = trace.getTracer('t').startSpan('s')
  const logger = logs.getLogger('jobs')
  logger.emit({
    severityNumber: SeverityNumber.ERROR2,
    body: 'failed',
    attributes: { job: 7, password: 'x' },
    exception: new TypeError('broken'),
    context: trace.setSpan(context.active(), span),
  })
  logger.emit({ eventName: 'started', body: { queue: 'mail' } })
  span.end()
  expect(written()).toMatchObject([
    {
      level: 'error',
      msg: 'failed',
      job: 7,
      password: '[redacted]',
      err: { type: 'TypeError', message: 'broken' },
      'otel.scope.name': 'jobs',
      span_id: span.spanContext().spanId,
    },
    { level: 'info', 'event.name': 'started', body: { queue: 'mail' } },
  ])
  expect(written()[1]).not.toHaveProperty('span_id')
})

test('below the level nothing is written, and the logger says so', () => {
  const logger = logs.getLogger('jobs')
  logger.emit({ severityNumber: SeverityNumber.DEBUG, body: 'hidden' })
  expect(lines).toEqual([])
  expect(logger.enabled({ severityNumber: SeverityNumber.DEBUG })).toBe(false)
  expect(logger.enabled({ severityNumber: SeverityNumber.WARN })).toBe(true)
})

test('no record throws', () => {
  const refuse = (): never => {
    throw new Error('refused')
  }
  const refusing = new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse, getPrototypeOf: refuse })
  for (const record of [
    undefined,
    null,
    1,
    'x',
    refusing,
    { body: refusing, attributes: refusing, exception: refusing },
  ]) {
    Reflect.apply(logs.getLogger('jobs').emit, undefined, [record])
    Reflect.apply(logs.getLogger('jobs').enabled, undefined, [record])
  }
  logs.getLogger('jobs').emit({ body: 'neighbour' })
  expect(written().at(-1)).toMatchObject({ msg: 'neighbour' })
})

test('a bridge that emits each line again ends', () => {
  onLine = () => logs.getLogger('bridge').emit({ body: 'again' })
  logs.getLogger('jobs').emit({ body: 'once' })
  expect(lines).toHaveLength(1)
})
