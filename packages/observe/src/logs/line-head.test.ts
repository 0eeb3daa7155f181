/**
 * The ids of a line, whatever its fields are called.
 */
import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { activeContext, withContext } from '../context/context.ts'
import { createLog } from './logs.ts'

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
const other = { ...span, spanId: '00f067aa0ba902b7', traceFlags: 0 }

function logTo(lines: string[]) {
  const destination = { write: (line: string) => void lines.push(line) }
  const settings = { level: 'info', redact: [], service: 'orders', version: undefined, environment: undefined }
  return createLog({ ...settings, destination, tap: undefined, active: activeContext }).logger
}

function within<T>(context: typeof span, fn: () => T): T {
  return withContext(trace.setSpanContext(ROOT_CONTEXT, context), fn)
}

test('each line has the ids of the span that is active, lines outside of any have none', () => {
  const lines: string[] = []
  const log = logTo(lines)
  const child = log.child({ part: 'stock' })
  within(span, () => {
    log.info('one')
    within(other, () => child.info({ items: 3 }, 'two'))
    child.info('three')
  })
  log.info('four')
  const ids = lines.map((line) => JSON.parse(line)).map((line) => [line.msg, line.span_id, line.trace_flags])
  expect(ids).toEqual([
    ['one', span.spanId, '01'],
    ['two', other.spanId, '00'],
    ['three', span.spanId, '01'],
    ['four', undefined, undefined],
  ])
})

test('ids among the fields of a line are its only ones, and the next line has its own again', () => {
  const lines: string[] = []
  const log = logTo(lines)
  within(span, () => {
    log.info({ trace_id: other.traceId, span_id: other.spanId, trace_flags: '00' }, 'of another span')
    log.info('of this one')
  })
  expect(lines.map((line) => line.match(/"span_id":"\w+"/g))).toEqual([
    [`"span_id":"${other.spanId}"`],
    [`"span_id":"${span.spanId}"`],
  ])
})

test('ids that are not valid are left out', () => {
  const lines: string[] = []
  const log = logTo(lines)
  within({ ...span, traceId: '","forged":"' }, () => log.info('one'))
  expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('trace_id')
  expect(lines[0]).not.toContain('forged')
})
