/**
 * The spans that a trace waited for.
 */
import { expect, test } from 'vitest'
import { spanOf } from '../../test/spans.ts'
import type { Span } from '../contract/contract.ts'
import { shapeOf } from './critical-path.ts'

/** `name parent start end` on each line; the name is the id. */
function spansOf(text: string): Span[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [spanId = '', parent = '', start = '', end = ''] = line.trim().split(/\s+/)
      return span(spanId, parent === '-' ? null : parent, Number(start), Number(end))
    })
}

function span(spanId: string, parentId: string | null, start: number, end: number): Span {
  return spanOf({ spanId, parentId, start, duration: end - start })
}

function shape(text: string): { path: string; gaps: string } {
  const { criticalPath, gaps } = shapeOf(spansOf(text))
  const write = (pieces: typeof gaps) => pieces.map(({ spanId, start, end }) => `${spanId} ${start}-${end}`).join(', ')
  return { path: write(criticalPath), gaps: write(gaps) }
}

test('a span without children is the path', () => {
  expect(shape('a - 0 100')).toEqual({ path: 'a 0-100', gaps: '' })
})

test('children one after the other take their own time', () => {
  const { path, gaps } = shape(`
    a - 0 100
    b a 10 40
    c a 50 90`)
  expect(path).toBe('a 0-10, b 10-40, a 40-50, c 50-90, a 90-100')
  expect(gaps).toBe('a 0-10, a 40-50, a 90-100')
})

test('of children at the same time, the one that ended last counts', () => {
  const { path, gaps } = shape(`
    a - 0 100
    short a 10 60
    long a 10 90`)
  expect(path).toBe('a 0-10, long 10-90, a 90-100')
  expect(gaps).toBe('a 0-10, a 90-100')
})

test('work that goes on after its parent belongs to the path, with no span waiting for it', () => {
  const { path } = shape(`
    request - 0 50
    send request 40 45
    job send 80 120`)
  expect(path).toBe('request 0-40, send 40-45, job 80-120')
})

test('parts whose parent has not arrived are drawn next to each other', () => {
  const { path } = shape(`
    a missing 0 40
    b missing 60 100`)
  expect(path).toBe('a 0-40, b 60-100')
})

test('short gaps are left out', () => {
  const { gaps } = shape(`
    a - 0 1000
    b a 5 995`)
  expect(gaps).toBe('')
})

test('clocks that disagree and parents in a circle break nothing', () => {
  expect(shape('a b 0 10\nb a 0 10').path).toBe('')
  expect(shape('a a 0 10').path).toBe('a 0-10')
  const { path } = shape(`
    a - 100 200
    early a 50 90`)
  expect(path).toBe('a 100-200')
})

test('a child whose clock has it begin a moment before its parent is on the path with all below it', () => {
  const { path } = shape(`
    call - 10 100
    server call 9.8 90
    query server 20 80`)
  expect(path).toBe('server 10-20, query 20-80, server 80-90, call 90-100')
})

test('ten thousand spans in a chain do not exhaust the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, n) => span(`s${n}`, n === 0 ? null : `s${n - 1}`, n, 20_000 - n))
  expect(shapeOf(chain).criticalPath).toHaveLength(19_999)
})

test('ten thousand children of one span take no time', () => {
  const children = Array.from({ length: 10_000 }, (_, n) => span(`s${n}`, 'root', n, n + 1))
  expect(shapeOf([span('root', null, 0, 10_000), ...children]).criticalPath).toHaveLength(10_000)
})
