/**
 * Where the time of the trace went: the critical path summed by service, so that one sees at once whose work, or whose
 * waiting, made it this long.
 */

import { duration } from '../format/duration.ts'
import { percent } from '../format/number.ts'
import { serviceClass } from '../state/palette.ts'
import type { Model } from './model.ts'

export function TimeSpent({ model }: { model: Model }) {
  const spent = spentBy(model)
  const total = spent.reduce((sum, [, time]) => sum + time, 0)
  if (total === 0) return null
  return (
    <div
      class="spent"
      role="img"
      aria-label={`Critical path: ${spent.map(([name, time]) => `${name} ${duration(time)}`).join(', ')}`}
    >
      <span class="soft">Critical path</span>
      <div class="spent-bar">
        {spent.map(([service, time]) => (
          <i
            key={service}
            class={serviceClass(service)}
            style={{ flexGrow: time / total }}
            title={`${service}: ${duration(time)}, ${percent(time / total)} of the critical path`}
          />
        ))}
      </div>
      <ul class="legend">
        {spent.slice(0, 6).map(([service, time]) => (
          <li key={service} class={serviceClass(service)}>
            <i class="dot" />
            <span class="cut">{service}</span> <b>{duration(time)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

function spentBy({ nodes }: Model): [string, number][] {
  const times = new Map<string, number>()
  for (const { span, critical } of nodes) {
    for (const { start, end } of critical) times.set(span.service, (times.get(span.service) ?? 0) + end - start)
  }
  return [...times].toSorted((a, b) => b[1] - a[1])
}
