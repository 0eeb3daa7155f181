/**
 * One span in the waterfall: its place in the tree, its bar, the part of it that is on the critical path, its unexplained
 * gaps and its log lines as ticks.
 */

import type { Attributes } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { counted, whole } from '../format/number.ts'
import { CLIENT_ERROR_IS } from '../lists/figure-columns.tsx'
import { serviceClass } from '../state/palette.ts'
import type { Model, Node } from './model.ts'
import { SpanName } from './span-name.tsx'
import { percentAt, type Window } from './window.ts'
import './span-time.css'

interface SpanRowProps {
  node: Node
  model: Model
  window: Window
  folded: boolean
  found: boolean
  dimmed: boolean
  fold: (node: Node, all: boolean) => void
}

/** Deeper spans are not moved further in, so that their names stay on the screen. */
const DEEPEST = 20

export function SpanRow({ node, model, window, folded, found, dimmed, fold }: SpanRowProps) {
  const { span, depth, children, parent } = node
  const state = `${found ? ' found' : ''}${dimmed ? ' dimmed' : ''}${span.status === 'error' ? ' failed' : ''}`
  return (
    <div class={`span-row ${serviceClass(span.service)}${state}`}>
      <div class="span-name" style={{ paddingLeft: `${8 + Math.min(depth, DEEPEST) * 13}px` }}>
        {children.length > 0 ? (
          <button
            type="button"
            class="fold"
            tabIndex={-1}
            aria-expanded={!folded}
            aria-label={folded ? 'Unfold' : 'Fold'}
            title={`${counted(node.descendants, 'span')} below; with Alt: all levels`}
            onClick={(event) => fold(node, event.altKey)}
          >
            {folded ? '▸' : '▾'}
          </button>
        ) : (
          <span class="fold" />
        )}
        <i class="dot" />
        {parent?.span.service !== span.service && <b class="cut">{span.service}</b>}
        <SpanName name={span.name} />
        {span.parentId !== null && !model.byId.has(span.parentId) && <Lost parentId={span.parentId} />}
        {span.status === 'error' && <Mark title={span.statusMessage || 'This span failed'} own />}
        {span.status === 'client-error' && <ClientError attributes={span.attributes} />}
        {folded && span.status !== 'error' && node.failing && <Mark title="A span below failed" />}
        {folded && <span class="faint">+{whole(node.descendants)}</span>}
      </div>
      <Bar node={node} model={model} window={window} />
    </div>
  )
}

function ClientError({ attributes }: { attributes: Attributes }) {
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code']
  return (
    <span class="tag warn" title={CLIENT_ERROR_IS}>
      {String(status)}
    </span>
  )
}

function Lost({ parentId }: { parentId: string }) {
  return (
    <span
      class="tag"
      title={`Its parent, span ${parentId}, has not arrived: not sent, not sampled, or still on its way`}
    >
      no parent
    </span>
  )
}

function Mark({ title, own = false }: { title: string; own?: boolean }) {
  return (
    <span class={own ? 'mark own' : 'mark'} title={title} role="img" aria-label={title}>
      !
    </span>
  )
}

function Bar({ node, model, window }: Pick<SpanRowProps, 'node' | 'model' | 'window'>) {
  const { span } = node
  const origin = model.trace.start
  const right = percentAt(window, span.start - origin + span.duration)
  const place = (start: number, end: number): Record<string, string> => {
    const from = percentAt(window, start - origin)
    return { left: `${from}%`, width: `${Math.max(0, percentAt(window, end - origin) - from)}%` }
  }
  const label = Math.max(0, Math.min(right, 100))
  return (
    <div class="span-time">
      <i class="span-bar" style={place(span.start, span.start + span.duration)} />
      {node.gaps.map((gap) => (
        <i
          key={gap.start}
          class="span-gap"
          style={place(gap.start, gap.end)}
          title={`${duration(gap.end - gap.start)} in which nothing below ran: own work, or waiting that no span explains`}
        />
      ))}
      {node.critical.map((piece) => (
        <i
          key={piece.start}
          class="span-critical"
          style={place(piece.start, piece.end)}
          title={`On the critical path for ${duration(piece.end - piece.start)}`}
        />
      ))}
      {node.logs.slice(0, 50).map((line) => (
        <i
          key={line.id}
          class={`span-log ${line.level}`}
          style={{ left: `${percentAt(window, line.time - origin)}%` }}
        />
      ))}
      <span class="span-duration" style={{ left: `${label}%` }}>
        {duration(span.duration)}
      </span>
    </div>
  )
}
