/**
 * Log lines: a filter, how many there were over time, and the lines themselves, newest first, with new ones coming in on top.
 * The chosen line is shown whole next to the list, with the way to its trace.
 */

import { useState } from 'preact/hooks'
import type { LogLine } from '../../contract/contract.ts'
import { fetchAnswer } from '../api/client.ts'
import { live } from '../api/live.ts'
import { usePages } from '../api/use-pages.ts'
import { useQuery } from '../api/use-query.ts'
import { counted } from '../format/number.ts'
import { moment } from '../format/time.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { LEVELS } from '../parts/level.tsx'
import { useTitle } from '../parts/title.ts'
import { FilterField } from '../search/filter-field.tsx'
import { ServiceFilter } from '../search/quick-filters.tsx'
import { Empty } from '../setup/empty.tsx'
import { change, param } from '../state/address.ts'
import { fieldOf, withField } from '../state/filter.ts'
import { LineDetails } from './line-details.tsx'
import { LogList } from './log-list.tsx'
import { useTail } from './use-tail.ts'
import { Volume } from './volume.tsx'
import './logs.css'

/** Lines a page of the list. */
const PAGE = 300

export function Logs() {
  const q = param('q')
  useTitle('Logs')
  const [round, setRound] = useState(0)
  const tail = useTail(q, live.value, round)
  const pages = usePages<LogLine>({
    key: tail.started ? JSON.stringify([q, round, live.value]) : null,
    load: async (page, signal) => {
      const { logs, hint, ...back } = await fetchAnswer('/api/logs', { ...page, q, limit: PAGE }, signal)
      return { items: logs, note: hint, ...back }
    },
    idOf: ({ id }) => id,
    timeOf: ({ time }) => time,
    follow: false,
  })
  const { items, back, error, loading, more } = pages
  const count = items.length + tail.lines.length
  const chosen = useLine(param('line'), [...tail.lines, ...items])
  if (!loading && !error && count === 0 && q === '' && !chosen) return <Empty what="log lines" />
  return (
    <div class="page filled">
      <h1 class="hidden-text">Logs</h1>
      <div class="bar">
        <FilterField signal="logs" placeholder="Filter: words, level:warn, service:orders, trace:…, order.id:42" />
        <ServiceFilter />
        <LevelSelect />
      </div>
      <ErrorNotice error={error} />
      {back?.note && !loading && <p class="notice">{back.note}</p>}
      <Volume q={q} />
      <div class="log-columns">
        <section class="panel logs fading" aria-label="Log lines" aria-busy={loading}>
          {back && !back.complete && (
            <p class="soft log-reached">Searched back to {moment(back.reached)}; scroll down to go on.</p>
          )}
          {tail.skipped > 0 && (
            <p class="notice">{counted(tail.skipped, 'line')} came too fast to show. A filter makes them fewer.</p>
          )}
          {!loading && count === 0 && (
            <p class="notice">No line in this time range matches. Take a term away, or widen the range.</p>
          )}
          <LogList
            tail={tail}
            older={items}
            chosen={chosen?.id ?? null}
            onEnd={more}
            onFull={() => setRound((before) => before + 1)}
          />
        </section>
        {chosen && <LineDetails line={chosen} close={() => change({ line: undefined }, 'replace')} />}
      </div>
    </div>
  )
}

/** The line that the address names, wherever in the data it is. */
function useLine(id: string, loaded: readonly LogLine[]): LogLine | undefined {
  const found = loaded.find((line) => line.id === id)
  const { data } = useQuery('/api/line', id !== '' && !found ? { id } : null, { follow: false })
  return found ?? (data?.line.id === id ? data.line : undefined)
}

function LevelSelect() {
  const q = param('q')
  const chosen = fieldOf(q, 'level')
  return (
    <label>
      <span class="hidden-text">Level</span>
      <select
        class="select"
        value={chosen}
        onChange={(event) => change({ q: withField(q, 'level', event.currentTarget.value) })}
      >
        <option value="">All levels</option>
        {LEVELS.slice(1).map((level) => (
          <option key={level} value={level}>
            {level === 'fatal' ? 'fatal' : `${level} and above`}
          </option>
        ))}
      </select>
    </label>
  )
}
