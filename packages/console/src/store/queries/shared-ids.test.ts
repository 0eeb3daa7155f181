/**
 * Spans that have one id within a trace: none is lost, and each is linked to the span of its own process.
 */

import { expect, test } from 'vitest'
import { spanOf } from '../../../test/spans.ts'
import type { LogLine } from '../../contract/contract.ts'
import { withOwnIds } from './shared-ids.ts'

const line: LogLine = {
  id: '1',
  time: 0,
  level: 'info',
  service: 'stock',
  body: '',
  traceId: null,
  spanId: 'c1',
  attributes: {},
  resource: {},
  scope: '',
}

test("a server span with its caller's id is that span's child, and keeps its own children and lines", () => {
  const { spans, logs } = withOwnIds(
    [
      spanOf({ spanId: 'c1', kind: 'server', service: 'stock', parentId: 'r1', start: 2 }),
      spanOf({ spanId: 'r1', kind: 'server' }),
      spanOf({ spanId: 'c1', kind: 'client', parentId: 'r1', start: 1 }),
      spanOf({ spanId: 'd1', service: 'stock', parentId: 'c1', start: 3 }),
    ],
    [line],
  )
  expect(spans.map(({ spanId, parentId, service }) => [spanId, parentId, service])).toEqual([
    ['c1', 'r1', 'shop'],
    ['c1.2', 'c1', 'stock'],
    ['r1', null, 'shop'],
    ['d1', 'c1.2', 'stock'],
  ])
  expect(logs[0]?.spanId).toBe('c1.2')
})

test('a span that was sent twice is there once', () => {
  expect(withOwnIds([spanOf({}), spanOf({})], []).spans).toHaveLength(1)
})

test('two processes that number their spans alike keep all of them', () => {
  const { spans } = withOwnIds([spanOf({ kind: 'server' }), spanOf({ kind: 'server', service: 'stock', start: 1 })], [])
  expect(spans.map(({ spanId, parentId }) => [spanId, parentId])).toEqual([
    ['a1', null],
    ['a1.2', null],
  ])
})
