/**
 * The lines. While one reads further down nothing moves: what arrives is counted on a button that leads back to the top.
 */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { LogLine } from '../../contract/contract.ts'
import { counted } from '../format/number.ts'
import { clock, exact } from '../format/time.ts'
import { VirtualList } from '../lists/virtual-list.tsx'
import { Body } from '../parts/body.tsx'
import { FieldPreview } from '../parts/field-preview.tsx'
import { Level } from '../parts/level.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { change, href } from '../state/address.ts'
import type { Tail } from './use-tail.ts'

const ROW = 25

interface LogListProps {
  tail: Tail
  older: readonly LogLine[]
  chosen: string | null
  onEnd: () => void
  /** The tail keeps no more lines, and the reader is at the top: load the list again. */
  onFull: () => void
}

export function LogList({ tail, older, chosen, onEnd, onFull }: LogListProps) {
  const scroller = useRef<HTMLTableElement>(null)
  const [atTop, setAtTop] = useState(true)
  const seen = useRef(0)
  if (atTop) seen.current = tail.lines.length
  const waiting = tail.lines.length - seen.current
  const lines = useMemo(() => merged(tail.lines, older), [tail.lines, older])
  const active = chosen === null ? -1 : lines.findIndex(({ id }) => id === chosen)

  useEffect(() => {
    if (tail.full && atTop) onFull()
  }, [tail.full, atTop])

  const choose = (index: number): void => change({ line: lines[index]?.id }, 'replace')
  return (
    <>
      {waiting > 0 && (
        <button
          type="button"
          class="button primary small log-new"
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
        >
          ↑ {counted(waiting, 'new line')}
        </button>
      )}
      <VirtualList
        label="Log lines"
        class="log-lines"
        scroller={scroller}
        count={lines.length}
        rowHeight={ROW}
        keyOf={(index) => lines[index]?.id ?? String(index)}
        active={active}
        onActive={choose}
        onOpen={() => document.getElementById('details')?.focus()}
        onKey={(key) => {
          if (key === 'Escape') change({ line: undefined }, 'replace')
          return key === 'Escape'
        }}
        onEnd={onEnd}
        onScroll={(offset) => setAtTop(offset < ROW)}
        row={(index) => {
          const line = lines[index]
          return line && <Line line={line} />
        }}
      />
    </>
  )
}

function Line({ line }: { line: LogLine }) {
  return (
    <div class={`log-line ${line.level}`}>
      <time class="soft" title={exact(line.time)}>
        {clock(line.time)}
      </time>
      <Level level={line.level} />
      <ServiceName name={line.service} />
      <span class="cut mono">
        <Body text={line.body} />
        <FieldPreview attributes={line.attributes} />
      </span>
      {line.traceId && (
        <a
          class="log-trace"
          href={href(`/trace/${line.traceId}`, line.spanId ? { span: line.spanId } : {})}
          tabIndex={-1}
          title="Open the trace that this line was written in"
        >
          trace
        </a>
      )}
    </div>
  )
}

/** Lines arrive in batches of several senders, so not quite in their order. */
function byTime(lines: readonly LogLine[]): LogLine[] {
  return lines.toSorted((a, b) => b.time - a.time)
}

/** A line may come both with the stream and with the first page. */
function merged(recent: readonly LogLine[], older: readonly LogLine[]): readonly LogLine[] {
  if (recent.length === 0) return byTime(older)
  const streamed = new Set(recent.map(({ id }) => id))
  return byTime([...recent, ...older.filter(({ id }) => !streamed.has(id))])
}
