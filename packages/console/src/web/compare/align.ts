/**
 * Two traces laid side by side: spans that do the same thing in the same place are paired, by service and name among the
 * children of a pair, the first with the first and so on. What only one trace has stays alone.
 */

import type { Span } from '../../contract/contract.ts'
import type { Model, Node } from '../trace/model.ts'

export interface Pair {
  key: string
  depth: number
  a: Span | null
  b: Span | null
  /** Milliseconds that b took longer; a span that is missing counts as 0. */
  difference: number
}

export function aligned(a: Pick<Model, 'roots'>, b: Pick<Model, 'roots'>): Pair[] {
  const pairs: Pair[] = []
  const stack = matched(a.roots, b.roots, 0).toReversed()
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { left, right, depth } = next
    pairs.push({
      key: `${left?.key ?? ''} ${right?.key ?? ''}`,
      depth,
      a: left?.span ?? null,
      b: right?.span ?? null,
      difference: (right?.span.duration ?? 0) - (left?.span.duration ?? 0),
    })
    stack.push(...matched(left?.children ?? [], right?.children ?? [], depth + 1).toReversed())
  }
  return pairs
}

interface Match {
  left: Node | null
  right: Node | null
  depth: number
}

function matched(left: readonly Node[], right: readonly Node[], depth: number): Match[] {
  const waiting = new Map<string, Node[]>()
  for (const node of right) {
    const same = waiting.get(nameOf(node))
    if (same) same.push(node)
    else waiting.set(nameOf(node), [node])
  }
  const pairs: Match[] = left.map((node) => ({ left: node, right: waiting.get(nameOf(node))?.shift() ?? null, depth }))
  const alone = [...waiting.values()].flat().map((node) => ({ left: null, right: node, depth }))
  return [...pairs, ...alone]
}

function nameOf({ span }: Node): string {
  return `${span.service}\n${span.kind}\n${span.name}`
}
