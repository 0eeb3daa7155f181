/**
 * One trace: what it was, where its time went, the waterfall with its log lines, and the chosen span in full.
 */

import { useEffect, useMemo, useState } from 'preact/hooks'
import { Refused } from '../api/client.ts'
import { following } from '../api/live.ts'
import { useQuery } from '../api/use-query.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { useTitle } from '../parts/title.ts'
import { change, param } from '../state/address.ts'
import { Details } from './details.tsx'
import { MiniMap } from './mini-map.tsx'
import { modelOf } from './model.ts'
import { TimeSpent } from './time-spent.tsx'
import { TraceHead } from './trace-head.tsx'
import { TraceWarnings } from './trace-warnings.tsx'
import { Waterfall } from './waterfall.tsx'
import './trace.css'

/** Spans of a trace keep arriving for a while after its end, since each process sends in batches of its own. */
const SETTLED = 30_000

export function TracePage({ id }: { id: string }) {
  const [settled, setSettled] = useState(false)
  const { data, error } = useQuery('/api/trace', { id }, { timeless: true, follow: following.value && !settled })
  const parts = data ? `${data.spans.length} ${data.logs.length}` : ''
  const model = useMemo(() => (data ? modelOf(data) : null), [id, parts])

  useEffect(() => {
    if (data) setSettled(data.start + data.duration < Date.now() - SETTLED)
  }, [parts])

  useTitle(model?.roots[0]?.span.name ?? '', 'Trace')

  if (!model) {
    if (error instanceof Refused && error.status === 404) return <Missing id={id} />
    return (
      <div class="page">
        <ErrorNotice error={error} />
      </div>
    )
  }
  const chosen = model.byId.get(param('span'))
  return (
    <div class="page filled trace-page">
      <TraceHead model={model} />
      <ErrorNotice error={error} />
      <TraceWarnings model={model} />
      <TimeSpent model={model} />
      <div class="trace-columns">
        <section class="panel trace-waterfall" aria-label="Waterfall">
          <MiniMap model={model} />
          <Waterfall model={model} chosen={chosen ?? null} />
        </section>
        {chosen && <Details model={model} node={chosen} close={() => change({ span: undefined }, 'replace')} />}
      </div>
    </div>
  )
}

function Missing({ id }: { id: string }) {
  return (
    <div class="page narrow">
      <div class="empty">
        <h1>This trace is not stored</h1>
        <p class="soft">
          No span of <code>{id}</code> has arrived so far. It may still be on its way, it may not have been sampled, or
          it is older than what the console keeps. The page shows it as soon as it is there.
        </p>
      </div>
    </div>
  )
}
