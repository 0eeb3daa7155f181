/**
 * The map: services, databases, queues and whatever else is called, and on each line how often, how well and how fast.
 * Nodes are links; a thicker line carries more requests, a red one fails.
 */

import { useMemo } from 'preact/hooks'
import type { MapEdge, ServiceMap } from '../../api/contract.ts'
import { edgeKey, type MapLayout, mapLayout } from './layout.ts'
import { MapEdgeLine } from './map-edge.tsx'
import { MapNodeBox } from './map-node.tsx'

const shapeOf = ({ nodes, edges }: ServiceMap): string =>
  JSON.stringify([nodes.map(({ id }) => id).toSorted(), edges.map(edgeKey).toSorted()])

export function ServiceMapView({ map }: { map: ServiceMap }) {
  const shape = shapeOf(map)
  const layout = useMemo(() => mapLayout(map), [shape])
  const most = Math.max(...map.edges.map((edge) => edge.rate), 0)
  const labels = new Map(map.nodes.map(({ id, label }) => [id, label]))
  const said = ({ from, to }: MapEdge): string => `${labels.get(from) ?? from} calls ${labels.get(to) ?? to}`
  return (
    <section class="panel" aria-label="Service map">
      <div class="panel-head">
        <h2>Who calls whom</h2>
        <span class="faint">rate, errors and p95 as the caller saw them</span>
      </div>
      <div class="map">
        <svg
          class="map-drawing"
          width={layout.width}
          height={layout.height}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          aria-label={`Map of ${map.nodes.length} services and what they call`}
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="9"
              markerHeight="9"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path class="map-arrow" d="M0 0.8 7 4 0 7.2z" />
            </marker>
          </defs>
          {map.edges.map((edge) => (
            <Line
              key={edgeKey(edge)}
              edge={edge}
              said={said(edge)}
              layout={layout}
              share={most > 0 ? edge.rate / most : 0}
            />
          ))}
          {map.nodes.map((node) => {
            const place = layout.nodes.get(node.id)
            return place && <MapNodeBox key={node.id} node={node} place={place} />
          })}
        </svg>
      </div>
    </section>
  )
}

interface LineProps {
  edge: MapEdge
  said: string
  layout: MapLayout
  share: number
}

function Line({ edge, said, layout, share }: LineProps) {
  const place = layout.edges.get(edgeKey(edge))
  return place ? <MapEdgeLine edge={edge} said={said} place={place} share={share} /> : null
}
