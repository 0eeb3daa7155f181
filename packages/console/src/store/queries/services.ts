/**
 * Services with their figures, the routes of one, and the map of who calls whom with the services on it.
 */

import type { MapEdge, MapNode, Route, Service, ServiceMap } from '../../contract/contract.ts'
import { Durations } from '../derived/duration-buckets.ts'
import { serviceNode } from '../derived/requests.ts'
import type { Segments } from '../segments/segments.ts'
import { secondsWithData, sparklineSteps, type TimeRange } from './range.ts'
import { summaries } from './rolled-up.ts'

/** A program that only logs or reports metrics is a service too, with no requests. */
export function services(segments: Segments, range: TimeRange): Service[] {
  const seconds = secondsWithData(segments, range)
  const steps = sparklineSteps(range)
  const found = new Map<string, Service>()
  const lastSeen = (newest: number) => Math.min(range.to, Math.round(steps.start + (newest + 1) * steps.step))
  for (const { owner, durations, sparkline, newest } of summaries(segments, { kind: 'service' }, range, steps)) {
    found.set(owner, { name: owner, ...durations.figures(seconds), sparkline, lastSeen: lastSeen(newest) })
  }
  for (const { owner, newest } of summaries(segments, { kind: 'logs' }, range, steps)) {
    const known = found.get(owner)
    if (known) known.lastSeen = Math.max(known.lastSeen, lastSeen(newest))
    else found.set(owner, { ...silent(owner), lastSeen: lastSeen(newest) })
  }
  for (const [name, time] of reporting(segments, range)) {
    if (!found.has(name)) found.set(name, { ...silent(name), lastSeen: time })
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

function silent(name: string): Omit<Service, 'lastSeen'> {
  return { name, ...new Durations().figures(1), sparkline: [] }
}

function* reporting(segments: Segments, { from, to }: TimeRange): Generator<[service: string, lastSeen: number]> {
  for (const { statements } of segments.all()) {
    const rows = statements.rows<[string, number]>(
      'SELECT r.service, max(s.newest) / 1000.0 FROM series s JOIN resources r ON r.id = s.resource GROUP BY 1',
    )
    for (const [service, newest] of rows) if (newest >= from) yield [service, Math.min(newest, to)]
  }
}

export function routes(segments: Segments, range: TimeRange, service: string): Route[] {
  const seconds = secondsWithData(segments, range)
  return summaries(segments, { kind: 'route', owner: service }, range, sparklineSteps(range))
    .map(({ name, durations, sparkline }) => ({ route: name, ...durations.figures(seconds), sparkline }))
    .sort((a, b) => b.count - a.count)
}

export function serviceMap(segments: Segments, range: TimeRange): ServiceMap {
  const seconds = secondsWithData(segments, range)
  const listed = services(segments, range)
  const nodes = new Map<string, MapNode>()
  for (const { name, lastSeen, sparkline, ...figures } of listed) {
    if (figures.count > 0) nodes.set(serviceNode(name), { ...nodeOf(serviceNode(name)), ...figures })
  }
  const edges: MapEdge[] = []
  const silent = new Map<string, Durations>()
  for (const { owner: from, name: to, durations } of summaries(
    segments,
    { kind: 'edge' },
    range,
    sparklineSteps(range),
  )) {
    edges.push({ from, to, ...durations.figures(seconds) })
    if (!nodes.has(from) && !silent.has(from)) silent.set(from, new Durations())
    if (nodes.has(to)) continue
    // What sends no spans of its own is known by those who call it.
    const called = silent.get(to) ?? new Durations()
    silent.set(to, called)
    called.merge(durations)
  }
  for (const [id, durations] of silent) nodes.set(id, { ...nodeOf(id), ...durations.figures(seconds) })
  return { services: listed, nodes: [...nodes.values()], edges }
}

const nodeKinds = ['service', 'database', 'queue', 'external'] as const

function nodeOf(id: string): Pick<MapNode, 'id' | 'kind' | 'label'> {
  const colon = id.indexOf(':')
  const kind = nodeKinds.find((name) => name === id.slice(0, colon)) ?? 'external'
  return { id, kind, label: id.slice(colon + 1) }
}
