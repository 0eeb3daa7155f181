/**
 * Which span of one trace is set against which of the other.
 */

import { expect, test } from 'vitest'
import { spanOf } from '../../../test/spans.ts'
import type { Model, Node } from '../trace/model.ts'
import { aligned } from './align.ts'

interface Tree {
  name: string
  duration: number
  children?: Tree[]
}

function node({ name, duration, children = [] }: Tree, parent: Node | null = null): Node {
  const span = spanOf({ spanId: name, parentId: parent?.span.spanId ?? null, duration })
  const made: Node = {
    key: name,
    span,
    parent,
    depth: 0,
    children: [],
    descendants: 0,
    failing: false,
    logs: [],
    critical: [],
    gaps: [],
  }
  made.children = children.map((child) => node(child, made))
  return made
}

function model(tree: Tree): Pick<Model, 'roots'> {
  return { roots: [node(tree)] }
}

test('spans of one name are paired in their order, and what only one trace has stays alone', () => {
  const query = (duration: number): Tree => ({ name: 'query', duration })
  const a = model({ name: 'order', duration: 10, children: [query(1), query(2), { name: 'pay', duration: 3 }] })
  const b = model({ name: 'order', duration: 15, children: [query(4), { name: 'receipt', duration: 2 }] })
  const pairs = aligned(a, b).map(({ depth, a: left, b: right, difference }) => [
    depth,
    left?.name ?? null,
    right?.name ?? null,
    difference,
  ])
  expect(pairs).toEqual([
    [0, 'order', 'order', 5],
    [1, 'query', 'query', 3],
    [1, 'query', null, -2],
    [1, 'pay', null, -3],
    [1, null, 'receipt', 2],
  ])
})
