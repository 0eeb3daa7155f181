/**
 * One box of the map: what it is, what it is called, how often it is asked. A service leads to its routes.
 */

import type { MapNode } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { percent, rate } from '../format/number.ts'
import { href } from '../state/address.ts'
import { serviceClass } from '../state/palette.ts'
import { NODE, type Point } from './layout.ts'

const KINDS = { service: '', database: 'database', queue: 'queue', external: 'external' } as const

/** Letters that fit into a box. */
const FIT = 17

export function MapNodeBox({ node, place }: { node: MapNode; place: Point }) {
  const figures = `${rate(node.rate)}${node.errors > 0 ? ` · ${percent(node.errorShare)}` : ''}`
  const box = (
    <>
      <title>
        {`${node.label}: ${rate(node.rate)}, ${percent(node.errorShare)} failed, p95 ${duration(node.p95)}`}
      </title>
      <rect class="map-box" width={NODE.width} height={NODE.height} rx={node.kind === 'service' ? 7 : 3} />
      <Sign kind={node.kind} />
      <g clip-path="url(#map-text)">
        <text class="map-name" x="34" y="21">
          {node.label.length > FIT ? `${node.label.slice(0, FIT - 1)}…` : node.label}
        </text>
        <text class={node.errors > 0 ? 'map-figures bad' : 'map-figures'} x="34" y="37">
          {node.count > 0 ? figures : KINDS[node.kind]}
        </text>
      </g>
    </>
  )
  const transform = `translate(${place.x - NODE.width / 2} ${place.y - NODE.height / 2})`
  if (node.kind !== 'service') {
    return (
      <g class="map-node" transform={transform}>
        {box}
      </g>
    )
  }
  return (
    <g transform={transform}>
      <a class={`map-node ${serviceClass(node.label)}`} href={href('/routes', { service: node.label })}>
        {box}
      </a>
    </g>
  )
}

function Sign({ kind }: { kind: MapNode['kind'] }) {
  switch (kind) {
    case 'database':
      return (
        <path class="map-sign" d="M11 17c0-4 12-4 12 0v14c0 4-12 4-12 0zM11 17c0 4 12 4 12 0M11 24c0 4 12 4 12 0" />
      )
    case 'queue':
      return <path class="map-sign" d="M10 18h14v12H10zM14.7 18v12M19.3 18v12" />
    case 'external':
      return <path class="map-sign" d="M17 17a7 7 0 1 1-.01 0M10 24h14M17 17c-4 4-4 10 0 14M17 17c4 4 4 10 0 14" />
    default:
      return <circle class="map-service" cx="17" cy="24" r="6" />
  }
}
