/**
 * Two traces compared span by span: which part took longer, which failed, which is only in one of them.
 */

import { useMemo, useState } from 'preact/hooks'
import type { Trace } from '../../contract/contract.ts'
import { useQuery } from '../api/use-query.ts'
import { duration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { exact } from '../format/time.ts'
import { VirtualList } from '../lists/virtual-list.tsx'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { useTitle } from '../parts/title.ts'
import { change, go, href, param } from '../state/address.ts'
import { modelOf } from '../trace/model.ts'
import { aligned } from './align.ts'
import { PairRow } from './pair-row.tsx'
import './compare.css'

const ROW = 28

export function Comparison() {
  useTitle('Two traces')
  const [a, b] = [param('a'), param('b')]
  const ways = { timeless: true, follow: false }
  const first = useQuery('/api/trace', a ? { id: a } : null, ways)
  const second = useQuery('/api/trace', b ? { id: b } : null, ways)
  return (
    <div class="page filled">
      <div class="bar">
        <h1>Two traces compared</h1>
        <button type="button" class="button small end" onClick={() => change({ a: b, b: a }, 'replace')}>
          Swap
        </button>
        <a class="button small" href={href('/traces', { compare: a })}>
          Choose another for B
        </a>
      </div>
      <ErrorNotice error={first.error ?? second.error} />
      {first.data && second.data && <Side a={first.data} b={second.data} />}
    </div>
  )
}

function Side({ a, b }: { a: Trace; b: Trace }) {
  const [active, setActive] = useState(-1)
  const bySize = param('sort') === 'difference'
  const pairs = useMemo(() => aligned(modelOf(a), modelOf(b)), [a, b])
  const rows = useMemo(
    () => (bySize ? pairs.toSorted((x, y) => Math.abs(y.difference) - Math.abs(x.difference)) : pairs),
    [pairs, bySize],
  )
  const most = Math.max(...pairs.slice(0, 5000).map((pair) => Math.abs(pair.difference)), 0.001)
  const open = (index: number): void => {
    const pair = rows[index]
    if (pair?.a) go(href(`/trace/${a.traceId}`, { span: pair.a.spanId }))
    else if (pair?.b) go(href(`/trace/${b.traceId}`, { span: pair.b.spanId }))
  }
  return (
    <>
      <div class="compare-heads">
        <Head letter="A" trace={a} />
        <Head letter="B" trace={b} />
      </div>
      <section class="panel compare" aria-label="Spans side by side">
        <div class="gutter">
          <div class="compare-row compare-head soft">
            <button
              type="button"
              class="button small"
              aria-pressed={bySize}
              onClick={() => change({ sort: bySize ? undefined : 'difference' }, 'replace')}
            >
              Largest difference first
            </button>
            <span class="number">A</span>
            <span class="number">B</span>
            <span class="number">B − A</span>
            <span class="compare-sides">
              <span>B faster</span>
              <span>B slower</span>
            </span>
          </div>
        </div>
        <VirtualList
          label="Spans side by side"
          class="compare-rows"
          count={rows.length}
          rowHeight={ROW}
          keyOf={(index) => rows[index]?.key ?? String(index)}
          active={active}
          onActive={setActive}
          onOpen={open}
          row={(index) => {
            const pair = rows[index]
            return pair && <PairRow pair={pair} most={most} flat={bySize} a={a.traceId} b={b.traceId} />
          }}
        />
      </section>
    </>
  )
}

function Head({ letter, trace }: { letter: string; trace: Trace }) {
  const root = trace.spans.find(({ parentId }) => parentId === null) ?? trace.spans[0]
  const failed = trace.spans.filter(({ status }) => status === 'error').length
  return (
    <a class="panel compare-trace" href={href(`/trace/${trace.traceId}`)}>
      <b class="compare-letter">{letter}</b>
      {root && <ServiceName name={root.service} />}
      <span class="cut">{root?.name}</span>
      <b class="end">{duration(trace.duration)}</b>
      <span class="soft compare-when">
        {exact(trace.start)} · {counted(trace.spans.length, 'span')}
        {failed > 0 && <span class="bad"> · {counted(failed, 'error')}</span>}
      </span>
    </a>
  )
}
