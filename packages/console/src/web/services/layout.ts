/**
 * Where the nodes and lines of the service map go: dagre's layers, callers on the left. Only the shape of the graph decides,
 * never the figures, so live updates change numbers and leave the picture where it is.
 */

import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre'
import type { ServiceMap } from '../../contract/contract.ts'

export interface Point {
  x: number
  y: number
}

export interface MapLayout {
  width: number
  height: number
  nodes: Map<string, Point>
  /** Keyed by `edgeKey`: the line's bends, and where its label goes. */
  edges: Map<string, { points: Point[]; label: Point }>
}

export const NODE = { width: 158, height: 48 }
const LABEL = { width: 86, height: 32 }

export function edgeKey(edge: { from: string; to: string }): string {
  return JSON.stringify([edge.from, edge.to])
}

export function mapLayout(map: ServiceMap): MapLayout {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>()
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 30, edgesep: 14, marginx: 8, marginy: 8 })
  for (const { id } of map.nodes) graph.setNode(id, { ...NODE })
  for (const { from, to } of map.edges) {
    if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to, { ...LABEL, labelpos: 'c' })
  }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  const nodes = new Map(graph.nodes().map((id) => [id, pointOf(graph.node(id))]))
  const edges = new Map(
    graph.edges().map(({ v, w }) => {
      const edge = graph.edge(v, w)
      return [edgeKey({ from: v, to: w }), { points: edge.points ?? [], label: pointOf(edge) }]
    }),
  )
  return { width, height, nodes, edges }
}

function pointOf({ x = 0, y = 0 }: Partial<Point>): Point {
  return { x, y }
}
