/**
 * A trace as a tree: who started whom, with each span's log lines, its pieces of the critical path and its gaps. Senders make
 * mistakes, so a span whose parent never arrived is a root, and so is one whose ancestors form a circle.
 */

import type { LogLine, Piece, Span, Trace } from '../../contract/contract.ts'

export interface Node {
  /** Unique even where a sender used a span id twice. */
  key: string
  span: Span
  parent: Node | null
  depth: number
  children: Node[]
  /** Spans below this one. */
  descendants: number
  /** True where this span or one below it failed. */
  failing: boolean
  logs: LogLine[]
  critical: Piece[]
  gaps: Piece[]
}

export interface Model {
  trace: Trace
  roots: Node[]
  /** Every span, parents before their children, siblings by start. */
  nodes: Node[]
  byId: Map<string, Node>
  /** Lines of the trace that name no span of it. */
  loose: LogLine[]
}

export function modelOf(trace: Trace): Model {
  const all = trace.spans.map((span, index) => nodeOf(span, index))
  const byId = new Map<string, Node>()
  for (const node of all) if (!byId.has(node.span.spanId)) byId.set(node.span.spanId, node)
  for (const node of all) {
    const parent = node.span.parentId === null ? undefined : byId.get(node.span.parentId)
    if (parent && parent !== node) node.parent = parent
  }
  for (const node of all) node.parent?.children.push(node)
  const { roots, nodes } = walked(all)
  for (const node of nodes.toReversed()) sumUp(node)
  const loose: LogLine[] = []
  for (const line of trace.logs) (byId.get(line.spanId ?? '')?.logs ?? loose).push(line)
  for (const piece of trace.criticalPath) byId.get(piece.spanId)?.critical.push(piece)
  for (const piece of trace.gaps) byId.get(piece.spanId)?.gaps.push(piece)
  return { trace, roots, nodes, byId, loose }
}

function nodeOf(span: Span, index: number): Node {
  return {
    key: String(index),
    span,
    parent: null,
    depth: 0,
    children: [],
    descendants: 0,
    failing: false,
    logs: [],
    critical: [],
    gaps: [],
  }
}

/** Without recursion: a trace may be thousands of spans deep. */
function walked(all: readonly Node[]): { roots: Node[]; nodes: Node[] } {
  const roots: Node[] = []
  const nodes: Node[] = []
  const seen = new Set<Node>()
  const walkFrom = (root: Node): void => {
    roots.push(root)
    const stack = [root]
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (seen.has(node)) continue
      seen.add(node)
      nodes.push(node)
      node.depth = node.parent ? node.parent.depth + 1 : 0
      stack.push(...node.children.toReversed())
    }
  }
  for (const node of all) if (!node.parent) walkFrom(node)
  for (const node of all) {
    if (seen.has(node)) continue
    const { parent } = node
    if (parent) parent.children = parent.children.filter((child) => child !== node)
    node.parent = null
    walkFrom(node)
  }
  return { roots, nodes }
}

/** Called for children before their parents. */
function sumUp(node: Node): void {
  node.failing ||= node.span.status === 'error'
  for (const child of node.children) {
    node.descendants += child.descendants + 1
    node.failing ||= child.failing
  }
}
