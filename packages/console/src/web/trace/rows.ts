/**
 * The lines of the waterfall: spans in the order of the tree without what is folded, and, where wanted, log lines under the
 * span they were written in.
 */

import type { LogLine } from '../../contract/contract.ts'
import type { Model, Node } from './model.ts'

export type Row = { kind: 'span'; key: string; node: Node } | { kind: 'log'; key: string; line: LogLine; depth: number }

export function rowsOf(model: Model, folded: ReadonlySet<string>, withLogs: boolean): Row[] {
  const rows: Row[] = []
  let index = 0
  while (index < model.nodes.length) {
    const node = model.nodes[index]
    if (!node) break
    rows.push({ kind: 'span', key: node.key, node })
    if (folded.has(node.key)) {
      index += node.descendants + 1
      continue
    }
    if (withLogs) rows.push(...logRows(node.logs, node.depth + 1))
    index += 1
  }
  if (withLogs) rows.push(...logRows(model.loose, 0))
  return rows
}

function logRows(lines: readonly LogLine[], depth: number): Row[] {
  return lines.map((line) => ({ kind: 'log', key: `log ${line.id}`, line, depth }))
}

/** Spans that a text is found in: name, service, status message, attribute names and values. */
export function matching(model: Model, text: string): Set<string> {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return new Set()
  const found = model.nodes.filter(({ span }) => {
    const { name, service, statusMessage, attributes } = span
    return `${name}\n${service}\n${statusMessage}\n${JSON.stringify(attributes)}`.toLowerCase().includes(wanted)
  })
  return new Set(found.map(({ key }) => key))
}
