/**
 * Chooses a service for a screen whose filter is the service alone; it stands in the address as `service`.
 */

import { useQuery } from '../api/use-query.ts'
import { change, param } from '../state/address.ts'

export function ServiceParam() {
  const { data } = useQuery('/api/services', {})
  const chosen = param('service')
  const names = new Set(['', ...(data?.services ?? []).map(({ name }) => name), chosen])
  return (
    <label>
      <span class="hidden-text">Service</span>
      <select class="select" value={chosen} onChange={(event) => change({ service: event.currentTarget.value })}>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {name === '' ? 'All services' : name}
          </option>
        ))}
      </select>
    </label>
  )
}
