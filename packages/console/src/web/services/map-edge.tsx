/**
 * One line of the map, and its figures on patches of ground, so that no line runs through them: rate and errors above, p95
 * below, and room for a level line between.
 */

import type { MapEdge } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { percent, rate, whole } from '../format/number.ts'
import type { Point } from './layout.ts'

interface EdgeProps {
  edge: MapEdge
  /** Who calls whom. */
  title: string
  place: { points: Point[]; label: Point }
  /** Of the busiest line's rate. */
  share: number
}

/** Width of a letter and height of a line in the label's size. */
const LETTER = 5.7
const LINE = 12

export function MapEdgeLine({ edge, title, place, share }: EdgeProps) {
  return (
    <g class={edge.errors > 0 ? 'map-edge failing' : 'map-edge'}>
      <title>{described(edge, title)}</title>
      <path class="map-line" d={curve(place.points)} stroke-width={1 + 2.5 * share} marker-end="url(#arrow)" />
    </g>
  )
}

export function MapEdgeLabel({ edge, title, place: { label } }: Omit<EdgeProps, 'share'>) {
  const failed = edge.errors > 0 ? ` · ${percent(edge.errorShare)}` : ''
  const [above, below] = [rate(edge.rate), duration(edge.p95)]
  return (
    <g>
      <title>{described(edge, title)}</title>
      <Patch x={label.x} y={label.y - 2 - LINE} letters={above.length + failed.length} />
      <Patch x={label.x} y={label.y + 2} letters={below.length} />
      <text class="map-label" x={label.x} y={label.y - 5} text-anchor="middle">
        {above}
        {failed && <tspan class="bad">{failed}</tspan>}
      </text>
      <text class="map-label faint" x={label.x} y={label.y + 12} text-anchor="middle">
        {below}
      </text>
    </g>
  )
}

function Patch({ x, y, letters }: { x: number; y: number; letters: number }) {
  const width = letters * LETTER + 6
  return <rect class="map-patch" x={x - width / 2} y={y} width={width} height={LINE} />
}

function described(edge: MapEdge, title: string): string {
  return (
    `${title}: ${whole(edge.count)} times, ${percent(edge.errorShare)} failed, ` +
    `p50 ${duration(edge.p50)}, p95 ${duration(edge.p95)}, p99 ${duration(edge.p99)}`
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
