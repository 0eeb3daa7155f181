/**
 * What a screen shows when it has nothing: where data is stored but not in this time range, the way to it; where nothing was
 * ever sent, how to send.
 */

import { useQuery } from '../api/use-query.ts'
import { exact } from '../format/time.ts'
import { chooseFixed, chooseLast, PRESETS, range } from '../state/range.ts'
import { HowToSend } from './how-to-send.tsx'

interface EmptyProps {
  /** What there is none of: `requests`, `log lines`. */
  what: 'requests' | 'traces' | 'log lines' | 'metrics' | 'errors'
}

const WIDER = ['1h', '24h', '7d']

export function Empty({ what }: EmptyProps) {
  const { data } = useQuery('/api/status', {}, { timeless: true })
  if (!data) return null
  const { spans, logs, points, oldest } = data.stored
  const nothing =
    { requests: spans, traces: spans, 'log lines': logs, metrics: points, errors: spans + logs }[what] === 0
  const inRange = range.value.kind === 'last' ? range.value.length : 0
  const wider = PRESETS.filter(({ name, length }) => WIDER.includes(name) && length > inRange)
  return (
    <div class="page narrow">
      <div class="empty">
        <h1>{nothing ? `No ${what} yet` : `No ${what} in this time range`}</h1>
        {nothing ? (
          <p class="soft">Point a program here. What it sends shows up on this page by itself, within two seconds.</p>
        ) : (
          <>
            {oldest !== null && <p class="soft">The oldest that is stored is of {exact(oldest)}.</p>}
            <p class="bar">
              {wider.map(({ name, label }) => (
                <button key={name} type="button" class="button" onClick={() => chooseLast(name)}>
                  {label}
                </button>
              ))}
              {oldest !== null && (
                <button type="button" class="button" onClick={() => chooseFixed(oldest, Date.now())}>
                  All that is stored
                </button>
              )}
            </p>
          </>
        )}
      </div>
      {nothing && <HowToSend />}
    </div>
  )
}
