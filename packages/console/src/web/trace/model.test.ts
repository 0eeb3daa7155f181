/**
 * The tree of a trace, from spans as senders really send them: out of order, without parents, in circles, very deep.
 */

import { expect, test } from 'vitest'
import { spanOf } from '../../../test/spans.ts'
import type { Span, Trace } from '../../contract/contract.ts'
import { modelOf } from './model.ts'
import { matching, rowsOf } from './rows.ts'

function span(spanId: string, parentId: string | null, more: Partial<Span> = {}): Span {
  return spanOf({ spanId, parentId, name: `span ${spanId}`, ...more })
}

function traceOf(spans: Span[]): Trace {
  return {
    traceId: 'a'.repeat(32),
    start: 0,
    duration: 1,
    spans,
    logs: [],
    criticalPath: [],
    gaps: [],
    clocks: [],
    truncated: false,
  }
}

function shown(trace: Trace): string[] {
  return rowsOf(modelOf(trace), new Set(), true).map((row) =>
    row.kind === 'span' ? `${row.node.depth} ${row.node.span.spanId}` : row.line.body,
  )
}

test('children follow their parent, and a span without one is a root', () => {
  const spans = [span('a', null), span('b', 'a'), span('c', 'gone'), span('d', 'b'), span('e', 'a')]
  expect(shown(traceOf(spans))).toEqual(['0 a', '1 b', '2 d', '1 e', '0 c'])
})

test('every span of a circle is drawn once', () => {
  const spans = [span('a', 'b'), span('b', 'a'), span('c', 'c'), span('d', 'b')]
  expect(
    shown(traceOf(spans))
      .map((row) => row.slice(2))
      .toSorted(),
  ).toEqual(['a', 'b', 'c', 'd'])
})

test('a chain of 50,000 spans does not exhaust the stack', () => {
  const spans = Array.from({ length: 50_000 }, (_, index) =>
    span(String(index), index === 0 ? null : String(index - 1)),
  )
  const { nodes } = modelOf(traceOf(spans))
  expect([nodes.length, nodes[0]?.descendants, nodes.at(-1)?.depth]).toEqual([50_000, 49_999, 49_999])
})

test('folding a span takes away everything below it and nothing else', () => {
  const model = modelOf(traceOf([span('a', null), span('b', 'a'), span('c', 'b'), span('d', 'a')]))
  const folded = new Set([model.byId.get('b')?.key ?? ''])
  expect(rowsOf(model, folded, true).map((row) => row.kind === 'span' && row.node.span.spanId)).toEqual(['a', 'b', 'd'])
})

test('a failure shows on everything above it, and spans are found by what they hold', () => {
  const failed = span('c', 'b', { status: 'error', attributes: { 'order.id': 4711 } })
  const model = modelOf(traceOf([span('a', null), span('b', 'a'), failed, span('d', 'a')]))
  expect(model.nodes.filter((node) => node.failing).map((node) => node.span.spanId)).toEqual(['a', 'b', 'c'])
  expect([...matching(model, '4711')]).toEqual([model.byId.get('c')?.key])
})
