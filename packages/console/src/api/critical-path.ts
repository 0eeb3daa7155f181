/**
 * What the duration of a trace was spent on. Going back from the end, at every moment the path is in the span that had to end
 * for the rest to go on: the last child that ended, or the span itself where none ran. Work that goes on after its
 * parent, as across a queue, belongs to the path too; waiting in between belongs to no span.
 */

import type { Piece, Span } from '../contract/contract.ts'

interface Node {
  span: Span
  children: Node[]
  end: number
  /** When the last of the spans below it ended. */
  finish: number
}

export interface Shape {
  criticalPath: Piece[]
  gaps: Piece[]
}

export function shapeOf(spans: Span[]): Shape {
  const roots = treeOf(spans)
  const least = smallestGap(spans)
  const gaps = [...walk(roots)].flatMap((node) => gapsOf(node, least))
  return { criticalPath: pathOf(roots), gaps: gaps.sort((a, b) => a.start - b.start) }
}

function treeOf(spans: Span[]): Node[] {
  const nodes = new Map(spans.map((span) => [span.spanId, nodeOf(span)]))
  const roots: Node[] = []
  for (const node of nodes.values()) {
    const parent = node.span.parentId ? nodes.get(node.span.parentId) : undefined
    if (parent && parent !== node) parent.children.push(node)
    else roots.push(node)
  }
  // Parents come before children in the walk, so backwards every child is finished before its parent.
  for (const node of [...walk(roots)].reverse()) {
    node.finish = node.children.reduce((latest, child) => Math.max(latest, child.finish), node.end)
  }
  return roots
}

function nodeOf(span: Span): Node {
  const end = span.start + span.duration
  return { span, children: [], end, finish: end }
}

// A list instead of recursion: a chain of ten thousand spans must not exhaust the stack.
function* walk(roots: Node[]): Generator<Node> {
  const waiting = [...roots]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node
    waiting.push(...node.children)
  }
}

function pathOf(roots: Node[]): Piece[] {
  const pieces: Piece[] = []
  const waiting = follow(roots, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY).children
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node } = next
    const { children, own } = follow(node.children, next.until, next.from)
    for (const [start, end] of own) {
      if (Math.min(end, node.end) > start)
        pieces.push({ spanId: node.span.spanId, start, end: Math.min(end, node.end) })
    }
    waiting.push(...children)
  }
  return pieces.sort((a, b) => a.start - b.start)
}

/**
 * Children on the path with the time in which each counts, and the times between them that are the parent's own. Clocks of two processes
 * differ by fractions of a millisecond, so a child may begin before its parent: it counts from there.
 */
function follow(nodes: Node[], until: number, from: number) {
  const children: { node: Node; from: number; until: number }[] = []
  const own: [start: number, end: number][] = []
  let at = until
  for (const node of [...nodes].sort((a, b) => b.finish - a.finish)) {
    if (node.finish > at || node.finish <= from) continue
    const start = Math.max(node.span.start, from)
    own.push([node.finish, at])
    children.push({ node, from: start, until: node.finish })
    at = start
  }
  own.push([from, at])
  return { children, own }
}

/** Gaps shorter than a hundredth of the trace are not worth showing. */
function smallestGap(spans: Span[]): number {
  const start = spans.reduce((least, span) => Math.min(least, span.start), Number.POSITIVE_INFINITY)
  const end = spans.reduce((most, span) => Math.max(most, span.start + span.duration), 0)
  return Math.max(0.001, (end - start) / 100)
}

function gapsOf({ span, children, end }: Node, least: number): Piece[] {
  if (children.length === 0) return []
  const gaps: Piece[] = []
  let at = span.start
  const add = (start: number, until: number) =>
    until - start >= least && gaps.push({ spanId: span.spanId, start, end: until })
  for (const child of [...children].sort((a, b) => a.span.start - b.span.start)) {
    add(at, Math.min(child.span.start, end))
    at = Math.max(at, child.end)
  }
  add(at, end)
  return gaps
}
