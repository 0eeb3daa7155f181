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
  const processes = new Map<object, boolean>()
  const has = (...parts: unknown[]) =>
    parts.some((part) => (typeof part === 'string' ? part : JSON.stringify(part)).toLowerCase().includes(wanted))
  const found = model.nodes.filter(({ span, logs }) => {
    const { spanId, name, service, statusMessage, attributes, events, links, resource, scope } = span
    if (has(spanId, name, service, statusMessage, scope, attributes, events, links)) return true
    if (logs.some(({ body, attributes: fields }) => has(body, fields))) return true
    // Spans of one process share what is said of it.
    const known = processes.get(resource) ?? has(resource)
    processes.set(resource, known)
    return known
  })
  return new Set(found.map(({ key }) => key))
}
