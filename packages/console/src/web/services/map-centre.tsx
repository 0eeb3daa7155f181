/**
 * Chooses what the map is drawn around: everything, or one node and its neighbours.
 */

import type { ServiceMap } from '../../contract/contract.ts'
import { change } from '../state/address.ts'
import { EVERYTHING } from './around.ts'

export function MapCentre({ map, centre }: { map: ServiceMap; centre: string | null }) {
  const named = map.nodes.toSorted((a, b) => a.label.localeCompare(b.label))
  return (
    <label>
      <span class="hidden-text">Map around</span>
      <select
        class="select map-centre"
        value={centre ?? EVERYTHING}
        onChange={(event) => change({ around: event.currentTarget.value })}
      >
        <option value={EVERYTHING}>The whole map ({map.nodes.length})</option>
        {named.map(({ id, label }) => (
          <option key={id} value={id}>
            Around {label}
          </option>
        ))}
      </select>
    </label>
  )
}
