/**
 * One line of the map with its figures: rate above, errors and p95 below.
 */

import type { MapEdge } from '../../api/contract.ts'
import { duration } from '../format/duration.ts'
import { percent, rate, whole } from '../format/number.ts'
import type { Point } from './layout.ts'

interface EdgeProps {
  edge: MapEdge
  /** Who calls whom. */
  said: string
  place: { points: Point[]; label: Point }
  /** Of the busiest line's rate. */
  share: number
}

export function MapEdgeLine({ edge, said, place, share }: EdgeProps) {
  const failing = edge.errors > 0
  return (
    <g class={failing ? 'map-edge failing' : 'map-edge'}>
      <title>
        {`${said}: ${whole(edge.count)} times, ${percent(edge.errorShare)} failed, ` +
          `p50 ${duration(edge.p50)}, p95 ${duration(edge.p95)}, p99 ${duration(edge.p99)}`}
      </title>
      <path class="map-line" d={curve(place.points)} stroke-width={1 + 2.5 * share} marker-end="url(#arrow)" />
      <text class="map-label" x={place.label.x} y={place.label.y - 3} text-anchor="middle">
        {rate(edge.rate)}
        {failing && <tspan class="bad">{` · ${percent(edge.errorShare)}`}</tspan>}
      </text>
      <text class="map-label faint" x={place.label.x} y={place.label.y + 11} text-anchor="middle">
        {duration(edge.p95)}
      </text>
    </g>
  )
}

/** A smooth line through the bends that the layout chose: straight ends, each bend rounded by a quadratic curve. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points
  const last = rest.at(-1)
  if (!first || !last) return ''
  let path = `M${first.x} ${first.y}`
  for (const [index, point] of rest.slice(0, -1).entries()) {
    const next = rest[index + 1] ?? last
    const end = next === last ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
    path += `Q${point.x} ${point.y} ${end.x} ${end.y}`
  }
  return rest.length === 1 ? `${path}L${last.x} ${last.y}` : path
}
