/**
 * The map: services, databases, queues and whatever else is called, and on each line how often, how well and how fast.
 * Services are links; a thicker line carries more requests, a red one fails.
 */

import { useMemo } from 'preact/hooks'
import type { MapEdge, ServiceMap } from '../../contract/contract.ts'
import { ERRORS_ARE } from '../lists/figure-columns.tsx'
import { param } from '../state/address.ts'
import { around, centreOf } from './around.ts'
import { edgeKey, mapLayout, NODE } from './layout.ts'
import { MapCentre } from './map-centre.tsx'
import { MapEdgeLabel, MapEdgeLine } from './map-edge.tsx'
import { MapNodeBox } from './map-node.tsx'
import { MapPane, ZoomButtons } from './map-pane.tsx'
import { useZoom } from './zoom.ts'

function shapeOf({ nodes, edges }: ServiceMap): string {
  return JSON.stringify([nodes.map(({ id }) => id).toSorted(), edges.map(edgeKey).toSorted()])
}

export function ServiceMapView({ map: whole }: { map: ServiceMap }) {
  const centre = centreOf(whole, param('around'))
  const map = around(whole, centre)
  const shape = shapeOf(map)
  const layout = useMemo(() => mapLayout(map), [shape])
  const zoom = useZoom(layout)
  const most = Math.max(...map.edges.map((edge) => edge.rate), 0)
  const labels = new Map(map.nodes.map(({ id, label }) => [id, label]))
  const title = ({ from, to }: MapEdge): string => `${labels.get(from) ?? from} calls ${labels.get(to) ?? to}`
  const lines = map.edges.flatMap((edge) => {
    const place = layout.edges.get(edgeKey(edge))
    return place ? [{ key: edgeKey(edge), edge, place, title: title(edge) }] : []
  })
  return (
    <section class="panel" aria-label="Service map">
      <div class="panel-head">
        <h2>Who calls whom</h2>
        <span class="faint cut" title={ERRORS_ARE}>
          rate, errors (5xx or status ERROR) and p95, as the caller saw them
        </span>
        <ZoomButtons zoom={zoom} />
        <MapCentre map={whole} centre={centre} />
      </div>
      <MapPane zoom={zoom}>
        <svg
          class="map-drawing"
          width={layout.width * zoom.scale}
          height={layout.height * zoom.scale}
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
            <clipPath id="map-text">
              <rect x="34" width={NODE.width - 38} height={NODE.height} />
            </clipPath>
          </defs>
          {lines.map(({ key, ...line }) => (
            <MapEdgeLine key={key} {...line} share={most > 0 ? line.edge.rate / most : 0} />
          ))}
          {lines.map(({ key, ...line }) => (
            <MapEdgeLabel key={key} {...line} />
          ))}
          {map.nodes.map((node) => {
            const place = layout.nodes.get(node.id)
            return place && <MapNodeBox key={node.id} node={node} place={place} />
          })}
        </svg>
      </MapPane>
    </section>
  )
}
