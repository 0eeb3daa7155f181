/**
 * Names and colours of a chart's series, in the panel's head.
 */

import type { Series } from './series.ts'

export function Legend({ series }: { series: readonly Pick<Series, 'label' | 'colour'>[] }) {
  return (
    <ul class="legend">
      {series.map(({ label, colour }) => (
        <li key={label}>
          <i style={{ background: `var(${colour})` }} />
          <span class="cut">{label}</span>
        </li>
      ))}
    </ul>
  )
}
