/**
 * The place of an error: the frame of the stack that groups it.
 */
import { expect, test } from 'vitest'
import type { LogRecord } from '../../otlp/record.ts'
import { failuresOfLog } from './failures.ts'

function placeOf(stack: string): string | undefined {
  const attributes = { 'exception.type': 'E', 'exception.message': 'broken', 'exception.stacktrace': stack }
  const log: LogRecord = {
    ...{ time: 1, level: 4, body: 'it broke', structured: undefined, traceId: null, spanId: null, scope: '' },
    attributes,
    resource: { service: 'a', attributes: {} },
  }
  return [...failuresOfLog(log)][0]?.place
}

test('the place is the innermost frame that is the program’s own', () => {
  expect(
    placeOf(
      'E: broken\n    at Pool.query (/app/node_modules/pg/lib/x.js:1:2)\n    at async place (file:///app/src/orders.ts:12:7)\n    at main (/app/src/main.ts:3:1)',
    ),
  ).toBe('place (/app/src/orders.ts:12)')
  expect(placeOf('E: broken\n    at /app/src/orders.ts:12:7\n    at node:internal/x:1:1')).toBe('/app/src/orders.ts:12')
  expect(
    placeOf(
      'Traceback (most recent call last):\n  File "/app/main.py", line 3, in main\n    run()\n  File "/app/jobs.py", line 9, in run\n    raise E\n  File "/usr/lib/python3/site-packages/x.py", line 1, in y\nE: broken',
    ),
  ).toBe('run (/app/jobs.py:9)')
  expect(placeOf('E: broken\n\tat com.shop.Orders.place(Orders.java:42)')).toBe(
    'com.shop.Orders.place (Orders.java:42)',
  )
})

test('without a frame of its own the operation is the place', () => {
  expect(placeOf('E: broken\n    at node:internal/x:1:1')).toBe('it broke')
  expect(placeOf('')).toBe('it broke')
})
