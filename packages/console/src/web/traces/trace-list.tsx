/**
 * The list of traces: when, what, how long against the slowest in the list, how large, and who took part.
 */

import { useMemo, useState } from 'preact/hooks'
import type { TraceSummary } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { counted, whole } from '../format/number.ts'
import { clock, exact } from '../format/time.ts'
import { VirtualList } from '../lists/virtual-list.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { change, go, href, param } from '../state/address.ts'
import { serviceClass } from '../state/palette.ts'
import { traceLink } from './trace-link.ts'

const ROW = 34

export function TraceList({ traces, onEnd }: { traces: readonly TraceSummary[]; onEnd: () => void }) {
  // New traces come in on top, so the chosen one is known by its id and not by its place.
  const [chosen, setChosen] = useState('')
  const active = useMemo(() => traces.findIndex(({ traceId }) => traceId === chosen), [traces, chosen])
  const slowest = Math.max(...traces.map((trace) => trace.duration), 0)
  const open = (index: number): void => {
    const trace = traces[index]
    if (trace) go(traceLink(trace))
  }
  const compare = (index: number): void => {
    const trace = traces[index]
    if (trace) choose(trace.traceId)
  }
  return (
    <VirtualList
      label="Traces"
      class="traces-list"
      count={traces.length}
      rowHeight={ROW}
      keyOf={(index) => traces[index]?.traceId ?? String(index)}
      active={active}
      onActive={(index) => setChosen(traces[index]?.traceId ?? '')}
      onOpen={open}
      onKey={(key) => {
        if (key === 'c') compare(active)
        return key === 'c'
      }}
      onEnd={onEnd}
      row={(index) => {
        const trace = traces[index]
        return trace && <Row trace={trace} share={slowest > 0 ? trace.duration / slowest : 0} />
      }}
    />
  )
}

/** The first trace is set aside in the address; the second one opens the comparison. */
function choose(traceId: string): void {
  const first = param('compare')
  if (first && first !== traceId) go(href('/compare', { a: first, b: traceId }))
  else change({ compare: first === traceId ? undefined : traceId }, 'replace')
}

function Row({ trace, share }: { trace: TraceSummary; share: number }) {
  const chosen = param('compare') === trace.traceId
  return (
    <div class={`trace-row ${serviceClass(trace.service)}`}>
      <a class="trace-main" href={traceLink(trace)} tabIndex={-1}>
        <time class="soft" title={exact(trace.start)}>
          {clock(trace.start)}
        </time>
        <span class="trace-name">
          <ServiceName name={trace.service} />
          <span class="cut">{trace.route ?? (trace.name || '(no name)')}</span>
        </span>
        <span class="trace-bar">
          <i style={{ width: `${Math.max(0.5, share * 100)}%` }} class={trace.errors > 0 ? 'failed' : ''} />
          <span>{duration(trace.duration)}</span>
        </span>
        <span class="number soft">{counted(trace.spans, 'span')}</span>
        <span class="number">{trace.errors > 0 && <span class="tag bad">{counted(trace.errors, 'error')}</span>}</span>
        <span class="trace-services" title={trace.services.join(', ')}>
          {trace.services.slice(0, 8).map((service) => (
            <i key={service} class={`dot ${serviceClass(service)}`} />
          ))}
          {trace.services.length > 8 && <span class="faint">+{whole(trace.services.length - 8)}</span>}
        </span>
      </a>
      <button
        type="button"
        class="button small quiet"
        aria-pressed={chosen}
        tabIndex={-1}
        onClick={() => choose(trace.traceId)}
      >
        Compare
      </button>
    </div>
  )
}
