/**
 * The waterfall: the tree of spans on the left, their time on the right, only the rows in view drawn. Arrow keys move, left
 * and right fold and unfold, `e` goes to the next error and `n` to the next span that was found.
 */

import { useCallback, useMemo, useState } from 'preact/hooks'
import { duration } from '../format/duration.ts'
import { whole } from '../format/number.ts'
import { VirtualList } from '../lists/virtual-list.tsx'
import { change, param } from '../state/address.ts'
import { LogRow } from './log-row.tsx'
import type { Model, Node } from './model.ts'
import { matching, type Row, rowsOf } from './rows.ts'
import { SpanRow } from './span-row.tsx'
import { Split, splitStyle } from './split.tsx'
import { marks, percentAt, windowOf } from './window.ts'
import './waterfall.css'

const ROW = 24

export function Waterfall({ model, chosen }: { model: Model; chosen: Node | null }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [logKey, setLogKey] = useState<string | null>(null)
  const withLogs = param('logs') !== 'off'
  const find = param('find')
  const rows = useMemo(() => rowsOf(model, folded, withLogs), [model, folded, withLogs])
  const found = useMemo(() => matching(model, find), [model, find])
  const window = windowOf(model.trace.duration)
  const activeKey = logKey ?? chosen?.key
  const active = useMemo(() => rows.findIndex(({ key }) => key === activeKey), [rows, activeKey])

  const choose = (row: Row | undefined): void => {
    if (!row) return
    setLogKey(row.kind === 'log' ? row.key : null)
    const spanId = row.kind === 'span' ? row.node.span.spanId : row.line.spanId
    if (spanId && spanId !== param('span')) change({ span: spanId }, 'replace')
  }
  const fold = useCallback((node: Node, all = false): void => {
    setFolded((before) => toggled(before, node, all))
  }, [])
  const keys = (key: string): boolean => {
    const row = rows[active]
    if (key === 'e') choose(nextRow(rows, active, ({ span }) => span.status === 'error'))
    else if (key === 'n') choose(nextRow(rows, active, (node) => found.has(node.key)))
    else if (key === 'Escape') change({ span: undefined }, 'replace')
    else if (row?.kind === 'span' && key === 'ArrowRight' && folded.has(row.node.key)) fold(row.node)
    else if (row?.kind === 'span' && key === 'ArrowLeft') {
      if (row.node.children.length > 0 && !folded.has(row.node.key)) fold(row.node)
      else choose(rows.find(({ key: other }) => other === row.node.parent?.key))
    } else return false
    return true
  }
  return (
    <div class="waterfall" style={splitStyle()}>
      <div class="gutter">
        <div class="waterfall-head">
          <span class="soft">{find ? `${whole(found.size)} found (n: next)` : 'Span'}</span>
          <Split />
          <div class="waterfall-axis" aria-hidden="true">
            {marks(window).map((time) => (
              <span key={time} style={{ left: `${percentAt(window, time)}%` }}>
                {duration(time)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <VirtualList
        label="Spans of the trace"
        class="waterfall-rows"
        count={rows.length}
        rowHeight={ROW}
        keyOf={(index) => rows[index]?.key ?? String(index)}
        active={active}
        onActive={(index) => choose(rows[index])}
        onOpen={() => document.getElementById('details')?.focus()}
        onKey={keys}
        row={(index) => {
          const row = rows[index]
          if (!row) return null
          if (row.kind === 'log') return <LogRow row={row} model={model} window={window} />
          const { key } = row.node
          return (
            <SpanRow
              node={row.node}
              model={model}
              window={window}
              folded={folded.has(key)}
              found={found.has(key)}
              dimmed={found.size > 0 && !found.has(key)}
              fold={fold}
            />
          )
        }}
      />
    </div>
  )
}

function toggled(before: ReadonlySet<string>, node: Node, all: boolean): Set<string> {
  const next = new Set(before)
  const close = !before.has(node.key)
  const stack = [node]
  for (let each = stack.pop(); each; each = stack.pop()) {
    if (close && each.children.length > 0) next.add(each.key)
    else next.delete(each.key)
    if (all) stack.push(...each.children)
  }
  return next
}

function nextRow(rows: readonly Row[], from: number, wanted: (node: Node) => boolean): Row | undefined {
  const order = [...rows.slice(from + 1), ...rows.slice(0, from + 1)]
  return order.find((row) => row.kind === 'span' && wanted(row.node))
}
