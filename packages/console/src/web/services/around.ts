/**
 * A part of a large map: one node with those that call it and those that it calls. A hundred services on one drawing show
 * nothing, so a map beyond some size begins with the busiest one.
 */

import type { ServiceMap } from '../../contract/contract.ts'

/** Nodes that can still be distinguished on one drawing. */
const LEGIBLE = 40
/** In the address: the whole map, however large. */
export const EVERYTHING = 'everything'

/** The node that the map is drawn around, or null for all of it. */
export function centreOf({ nodes }: ServiceMap, chosen: string): string | null {
  if (chosen === EVERYTHING) return null
  if (nodes.some(({ id }) => id === chosen)) return chosen
  if (nodes.length <= LEGIBLE) return null
  return nodes.toSorted((a, b) => b.count - a.count)[0]?.id ?? null
}

export function around(map: ServiceMap, centre: string | null): ServiceMap {
  if (centre === null) return map
  const edges = map.edges.filter(({ from, to }) => from === centre || to === centre)
  const near = new Set([centre, ...edges.flatMap(({ from, to }) => [from, to])])
  return { ...map, nodes: map.nodes.filter(({ id }) => near.has(id)), edges }
}
