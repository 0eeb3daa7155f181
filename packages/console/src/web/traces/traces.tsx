/**
 * SearchResult traces: a filter, each trace as a dot at its time and duration, and the list, newest first.
 */

import type { TraceSummary } from '../../contract/contract.ts'
import { fetchAnswer } from '../api/client.ts'
import { live } from '../api/live.ts'
import { usePages } from '../api/use-pages.ts'
import { counted } from '../format/number.ts'
import { moment } from '../format/time.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { useTitle } from '../parts/title.ts'
import { FilterField } from '../search/filter-field.tsx'
import { QuickFilters } from '../search/quick-filters.tsx'
import { Empty } from '../setup/empty.tsx'
import { change, param } from '../state/address.ts'
import { CompareBar } from './compare-bar.tsx'
import { Scatter } from './scatter.tsx'
import { TraceList } from './trace-list.tsx'
import './traces.css'

/** Traces a page of the list. */
const PAGE = 200

export function Traces() {
  const q = param('q')
  const rank = RANKS.find(({ id }) => id === param('sort'))?.id
  useTitle('Traces')
  const pages = usePages<TraceSummary>({
    key: JSON.stringify([q, rank]),
    load: async (page, signal) => {
      const ranked = rank ? { sort: rank } : {}
      const { traces, hint, across, ...back } = await fetchAnswer(
        '/api/traces',
        { ...page, q, limit: PAGE, ...ranked },
        signal,
      )
      return { items: traces, note: across ? ACROSS : hint, ...back }
    },
    idOf: ({ traceId }) => traceId,
    timeOf: ({ start }) => start,
    follow: live.value && rank === undefined,
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
      {back?.note && !loading && <p class="notice">{back.note}</p>}
      {items.length > 0 && <Scatter traces={items} whole={!back?.next} />}
      {none && <p class="notice">No trace in this time range matches. Take a term away, or widen the range.</p>}
      <section class="panel traces fading" aria-label="Traces" aria-busy={loading}>
        <div class="panel-head">
          <h2>{titleOf(items.length, rank, back?.next != null)}</h2>
          <RankSelect rank={rank} />
          {back && !back.complete && (
            <span class="soft">searched back to {moment(back.reached)}; scroll down to go on</span>
          )}
        </div>
        <TraceList traces={items} onEnd={more} />
      </section>
    </div>
  )
}

const ACROSS = 'No single span meets all of it: these traces meet the conditions in different spans.'

const RANKS = [
  { id: 'duration', name: 'Slowest first', title: 'the slowest first' },
  { id: 'spans', name: 'Most spans first', title: 'the largest first' },
  { id: 'errors', name: 'Most errors first', title: 'those with the most errors first' },
] as const

type Rank = (typeof RANKS)[number]['id']

function titleOf(count: number, rank: Rank | undefined, more: boolean): string {
  const title = RANKS.find(({ id }) => id === rank)?.title
  if (title) return `${counted(count, 'trace')} of the whole range, ${title}`
  return more ? `${counted(count, 'trace')} so far, newest first` : counted(count, 'trace')
}

/** Ranks over the whole range, not only over what the list has loaded. */
function RankSelect({ rank }: { rank: Rank | undefined }) {
  return (
    <label class="end">
      <span class="hidden-text">Order</span>
      <select
        class="select"
        value={rank ?? ''}
        onChange={(event) => change({ sort: event.currentTarget.value || undefined })}
      >
        <option value="">Newest first</option>
        {RANKS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
