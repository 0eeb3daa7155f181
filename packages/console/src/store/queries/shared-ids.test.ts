/**
 * Spans that have one id within a trace: none is lost, and each is linked to the span of its own process.
 */

import { expect, test } from 'vitest'
import type { LogLine, Span } from '../../contract/contract.ts'
import { withOwnIds } from './shared-ids.ts'

function span(more: Partial<Span>): Span {
  return {
    spanId: 'a1',
    parentId: null,
    name: 'x',
    service: 'shop',
    kind: 'internal',
    start: 0,
    duration: 1,
    status: 'unset',
    statusMessage: '',
    attributes: {},
    events: [],
    links: [],
    resource: {},
    scope: '',
    dropped: { attributes: 0, events: 0, links: 0 },
    ...more,
  }
}

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
      span({ spanId: 'c1', kind: 'server', service: 'stock', parentId: 'r1', start: 2 }),
      span({ spanId: 'r1', kind: 'server' }),
      span({ spanId: 'c1', kind: 'client', parentId: 'r1', start: 1 }),
      span({ spanId: 'd1', service: 'stock', parentId: 'c1', start: 3 }),
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
  expect(withOwnIds([span({}), span({})], []).spans).toHaveLength(1)
})

test('two processes that number their spans alike keep all of them', () => {
  const { spans } = withOwnIds([span({ kind: 'server' }), span({ kind: 'server', service: 'stock', start: 1 })], [])
  expect(spans.map(({ spanId, parentId }) => [spanId, parentId])).toEqual([
    ['a1', null],
    ['a1.2', null],
  ])
})
