/**
 * The filters one wants most, without writing them: service, errors only, and how slow at least.
 */

import { useQuery } from '../api/use-query.ts'
import { change, param } from '../state/address.ts'
import { fieldOf, withField } from '../state/filter.ts'

const SLOW = ['', '>10ms', '>100ms', '>500ms', '>1s', '>5s']

export function QuickFilters() {
  const q = param('q')
  const set = (key: string, value: string) => change({ q: withField(q, key, value) })
  const failed = fieldOf(q, 'status') === 'error'
  const slow = fieldOf(q, 'duration')
  return (
    <>
      <ServiceSelect />
      <label>
        <span class="hidden-text">Duration</span>
        <select class="select" value={slow} onChange={(event) => set('duration', event.currentTarget.value)}>
          {[...new Set([...SLOW, slow])].map((value) => (
            <option key={value} value={value}>
              {value === '' ? 'Any duration' : value}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="button" aria-pressed={failed} onClick={() => set('status', failed ? '' : 'error')}>
        Errors only
      </button>
    </>
  )
}

/** Chooses the filter's `service:`. */
export function ServiceSelect() {
  const q = param('q')
  const { data } = useQuery('/api/services', {})
  const chosen = fieldOf(q, 'service')
  const names = new Set(['', ...(data?.services ?? []).map(({ name }) => name), chosen])
  return (
    <label>
      <span class="hidden-text">Service</span>
      <select
        class="select"
        value={chosen}
        onChange={(event) => change({ q: withField(q, 'service', event.currentTarget.value) })}
      >
        {[...names].map((name) => (
          <option key={name} value={name}>
            {name === '' ? 'All services' : name}
          </option>
        ))}
      </select>
    </label>
  )
}
