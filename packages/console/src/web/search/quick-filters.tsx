/**
 * The filters one wants most, without writing them: service, errors only, and how slow at least.
 */

import { ServiceSelect } from '../parts/service-select.tsx'
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
      <ServiceFilter />
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
export function ServiceFilter() {
  const q = param('q')
  return (
    <ServiceSelect
      chosen={fieldOf(q, 'service')}
      onChoose={(service) => change({ q: withField(q, 'service', service) })}
    />
  )
}
