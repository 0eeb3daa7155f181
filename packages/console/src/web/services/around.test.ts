/**
 * Which part of the service map is drawn.
 */
import { expect, test } from 'vitest'
import type { MapEdge, MapNode, ServiceMap } from '../../contract/contract.ts'
import { around, centreOf } from './around.ts'

const figures = { count: 1, errors: 0, rate: 1, errorShare: 0, p50: 1, p95: 1, p99: 1 }

function node(id: string, count = 1): MapNode {
  return { ...figures, id, kind: 'service', label: id, count }
}

function edge(from: string, to: string): MapEdge {
  return { ...figures, from, to }
}

const small: ServiceMap = {
  services: [],
  nodes: ['a', 'b', 'c', 'd'].map((id) => node(id)),
  edges: [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), edge('a', 'd')],
}

const large = { ...small, nodes: [...small.nodes, ...Array.from({ length: 60 }, (_, n) => node(`n${n}`, n + 1))] }

test('a map that fits is drawn whole, a large one around the busiest, either as one chooses', () => {
  expect(centreOf(small, '')).toBe(null)
  expect(centreOf(small, 'b')).toBe('b')
  expect(centreOf(large, '')).toBe('n59')
  expect(centreOf(large, 'gone')).toBe('n59')
  expect(centreOf(large, 'everything')).toBe(null)
})

test('around a node are those that call it and those that it calls', () => {
  const { nodes, edges } = around(small, 'b')
  expect(nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(edges.map(({ from, to }) => `${from} > ${to}`)).toEqual(['a > b', 'b > c'])
  expect(around(small, null)).toBe(small)
})
