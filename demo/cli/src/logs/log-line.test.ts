/**
 * Log lines as a person reads them, without colours.
 */

import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { readableLine } from './log-line.ts'

const time = '2026-11-24T02:00:00.123Z'

function line(fields: Record<string, unknown>) {
  return stripVTControlCharacters(readableLine(JSON.stringify({ level: 'info', time, service: 'orders', ...fields })))
}

test('a request is one line: method, route, status, duration, trace', () => {
  const request = {
    method: 'POST',
    route: '/orders',
    status: 201,
    duration_ms: 12.4,
    trace_id: '4bf92f3577b34da6',
    span_id: '1',
  }
  expect(line({ msg: 'request completed', ...request })).toMatch(
    /\d\d:00:00\.123 INFO {2}POST \/orders 201 12 ms request completed trace=4bf92f35$/,
  )
})

test('a request without a route shows its path; short durations keep a digit', () => {
  expect(line({ method: 'GET', path: '/missing', status: 404, duration_ms: 0.44 })).toContain('GET /missing 404 0.4 ms')
})

test('further fields follow by name', () => {
  expect(line({ msg: 'order placed', order: 'A1', items: [1, 2], version: '1.0.0' })).toMatch(
    /order placed order=A1 items=\[1,2\]$/,
  )
})

test('an error is shown with its stack', () => {
  const err = { type: 'TypeError', message: 'no', stack: 'TypeError: no\n    at main.ts:1:2' }
  expect(line({ level: 'error', msg: 'failed', err })).toMatch(/ERROR failed\n {4}TypeError: no\n {8}at main.ts:1:2$/)
  expect(line({ level: 'error', msg: 'failed', err: { type: 'TypeError', message: 'no' } })).toMatch(
    /\n {4}TypeError: no$/,
  )
})

test('a line that is not ours is shown as it is, without control characters', () => {
  expect(readableLine('plain \u001b[31mtext\u001b[0m')).toBe('plain text')
  expect(readableLine('{"level":30,"msg":"pino"}')).toBe('{"level":30,"msg":"pino"}')
  expect(readableLine('{broken')).toBe('{broken')
})
