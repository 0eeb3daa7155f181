/**
 * The spans of a trace in the order of a tree, reduced to a number of lines. Siblings of one name that are neither failed nor
 * alone on the critical path become one line with their number.
 */

import type { Span } from '../contract/contract.ts'

export interface Branch {
  span: Span
  depth: number
  /** Milliseconds that it adds to the critical path; undefined where it is not on it. */
  own: number | undefined
  /** How many spans the line stands for, and their duration together. */
  alike: number
  total: number
}

/** Siblings of one name from which on they become one line. */
const FEWEST_ALIKE = 4

/** `left` is the number of spans that no line stands for. */
export function branchesOf(
  spans: Span[],
  own: Map<string, number>,
  most: number,
): { branches: Branch[]; left: number } {
  const all = [...walk(spans, own)]
  const kept = new Set(all.toSorted(byInterest).slice(0, most))
  const branches = all.filter((branch) => kept.has(branch))
  const shown = branches.reduce((sum, { alike }) => sum + alike, 0)
  return { branches, left: spans.length - shown }
}

// A list instead of recursion: a chain of ten thousand spans must not exhaust the stack.
function* walk(spans: Span[], own: Map<string, number>): Generator<Branch> {
  const known = new Set(spans.map(({ spanId }) => spanId))
  const parentOf = ({ parentId, spanId }: Span) =>
    parentId !== null && known.has(parentId) && parentId !== spanId ? parentId : null
  const children = Map.groupBy(spans, parentOf)
  const waiting = linesOf(children.get(null) ?? [], 0, own).reverse()
  for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
    yield branch
    // What is below alike siblings is left out with them.
    if (branch.alike === 1)
      waiting.push(...linesOf(children.get(branch.span.spanId) ?? [], branch.depth + 1, own).reverse())
  }
}

function linesOf(siblings: Span[], depth: number, own: Map<string, number>): Branch[] {
  const groups = Map.groupBy(siblings, ({ service, name, kind, status }) =>
    JSON.stringify([service, name, kind, status]),
  )
  return [...groups.values()]
    .flatMap((group): Branch[] => {
      const alone = (span: Span) => ({ span, depth, own: own.get(span.spanId), alike: 1, total: span.duration })
      const [longest] = group.toSorted((a, b) => b.duration - a.duration)
      if (!longest || group.length < FEWEST_ALIKE) return group.map(alone)
      const onPath = group.map(({ spanId }) => own.get(spanId)).filter((ms) => ms !== undefined)
      const total = group.reduce((sum, span) => sum + span.duration, 0)
      const added = onPath.length > 0 ? onPath.reduce((sum, ms) => sum + ms, 0) : undefined
      return [{ span: longest, depth, own: added, alike: group.length, total }]
    })
    .sort((a, b) => a.span.start - b.span.start)
}

function byInterest(a: Branch, b: Branch): number {
  const weight = ({ span, own, depth }: Branch) =>
    (depth === 0 ? 4 : 0) + (span.status === 'error' ? 2 : 0) + (own === undefined ? 0 : 1)
  return weight(b) - weight(a) || b.total - a.total
}
