/**
 * SearchResult traces: a filter, each trace as a dot at its time and duration, and the list, newest first.
 */

import type { TraceSummary } from '../../contract/contract.ts'
import { ask } from '../api/client.ts'
import { live } from '../api/live.ts'
import { usePages } from '../api/use-pages.ts'
import { counted } from '../format/number.ts'
import { moment } from '../format/time.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { useTitle } from '../parts/title.ts'
import { FilterField } from '../search/filter-field.tsx'
import { QuickFilters } from '../search/quick-filters.tsx'
import { Empty } from '../setup/empty.tsx'
import { param } from '../state/address.ts'
import { CompareBar } from './compare-bar.tsx'
import { Scatter } from './scatter.tsx'
import { TraceList } from './trace-list.tsx'
import './traces.css'

/** Traces a page of the list. */
const PAGE = 200

export function Traces() {
  const q = param('q')
  useTitle('Traces')
  const pages = usePages<TraceSummary>({
    key: q,
    load: async (page, signal) => {
      const { traces, ...back } = await ask('/api/traces', { ...page, q, limit: PAGE }, signal)
      return { items: traces, ...back }
    },
    idOf: ({ traceId }) => traceId,
    timeOf: ({ start }) => start,
    follow: live.value,
  })
  const { items, back, error, loading, more } = pages
  const none = !loading && !error && items.length === 0
  if (none && q === '') return <Empty what="traces" />
  return (
    <div class="page filled">
      <h1 class="hidden-text">Traces</h1>
      <div class="bar">
        <FilterField
          signal="spans"
          placeholder='Filter: service:orders status:error duration:>250ms route:"GET /items"'
        />
        <QuickFilters />
      </div>
      <CompareBar />
      <ErrorNotice error={error} />
      {items.length > 0 && <Scatter traces={items} whole={!back?.next} />}
      {none && <p class="notice">No trace in this time range matches. Take a term away, or widen the range.</p>}
      <section class="panel traces fading" aria-label="Traces" aria-busy={loading}>
        <div class="panel-head">
          <h2>
            {back?.next ? `${counted(items.length, 'trace')} so far, newest first` : counted(items.length, 'trace')}
          </h2>
          {back && !back.complete && (
            <span class="soft">searched back to {moment(back.reached)}; scroll down to go on</span>
          )}
        </div>
        <TraceList traces={items} onEnd={more} />
      </section>
    </div>
  )
}
