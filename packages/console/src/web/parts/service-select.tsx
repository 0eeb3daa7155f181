/**
 * Chooses a service, or all of them. What is chosen is offered even where the console no longer knows it.
 */

import { useQuery } from '../api/use-query.ts'
import { change, param } from '../state/address.ts'

export interface ServiceSelectProps {
  /** Name of the chosen service; empty for all. */
  chosen: string
  onChoose: (name: string) => void
}

export function ServiceSelect({ chosen, onChoose }: ServiceSelectProps) {
  const { data } = useQuery('/api/services', {})
  const names = new Set(['', ...(data?.services ?? []).map(({ name }) => name), chosen])
  return (
    <label>
      <span class="hidden-text">Service</span>
      <select class="select" value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {name === '' ? 'All services' : name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** For a screen whose filter is the service alone: `service` in the address. */
export function ServiceParam() {
  return <ServiceSelect chosen={param('service')} onChoose={(service) => change({ service })} />
}
