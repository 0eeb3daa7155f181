/**
 * The catalogue of metrics: every instrument that reported in the range, with the attributes that it can be split by.
 */

import type { Attributes, Instrument } from '../../contract/contract.ts'
import { textOf } from '../../otlp/attributes.ts'
import type { InstrumentType, Temporality } from '../../otlp/record.ts'
import type { Segments } from '../segments/segments.ts'
import type { TimeRange } from './range.ts'

export interface InstrumentFilter {
  service?: string | undefined
  name?: string | undefined
  unit?: string | undefined
  type?: InstrumentType | undefined
}

type Row = [
  name: string,
  unit: string,
  description: string,
  type: InstrumentType,
  temporality: Temporality,
  service: string,
  resource: string,
  attributes: string,
  newest: number,
]

export function instruments(
  segments: Segments,
  { from }: TimeRange,
  { service, name, unit, type }: InstrumentFilter,
): Instrument[] {
  const found = new Map<string, Building>()
  const filters = [
    ['r.service', service],
    ['i.name', name],
    ['i.unit', unit],
    ['i.type', type],
  ].filter((filter): filter is [string, string] => filter[1] !== undefined)
  const where = filters.map(([column]) => ` AND ${column} = ?`).join('')
  const values = filters.map(([, value]) => value)
  for (const { statements } of segments.all()) {
    const rows = statements.rows<Row>(
      `SELECT i.name, i.unit, i.description, i.type, i.temporality, r.service, r.attributes, s.attributes, s.newest / 1000.0
       FROM instruments i JOIN series s ON s.instrument = i.id JOIN resources r ON r.id = s.resource
       WHERE s.newest >= ?${where}`,
      from * 1000,
      ...values,
    )
    for (const row of rows) build(found, row)
  }
  return [...found.values()].map(finish).sort((a, b) => a.name.localeCompare(b.name))
}

type Building = Pick<Instrument, 'name' | 'unit' | 'description' | 'type' | 'temporality' | 'lastSeen'> & {
  services: Set<string>
  attributes: Set<string>
  /** The processes that report it, as the JSON of their attributes. */
  resources: Set<string>
  series: Set<string>
}

function build(
  found: Map<string, Building>,
  [name, unit, description, type, temporality, service, resource, attributes, lastSeen]: Row,
) {
  const id = `${name}\0${unit}\0${type}`
  const instrument = found.get(id) ?? {
    ...{ name, unit, description, type, temporality, lastSeen },
    services: new Set(),
    attributes: new Set(),
    resources: new Set(),
    series: new Set(),
  }
  found.set(id, instrument)
  instrument.lastSeen = Math.max(instrument.lastSeen, lastSeen)
  instrument.services.add(service)
  instrument.resources.add(resource)
  const series = `${resource} ${attributes}`
  if (instrument.series.has(series)) return
  instrument.series.add(series)
  for (const key of Object.keys(JSON.parse(attributes))) instrument.attributes.add(key)
}

function finish({ services, attributes, resources, series, ...instrument }: Building): Instrument {
  const keys = new Set([...attributes, ...differing([...resources].map((text) => JSON.parse(text)))])
  return { ...instrument, services: [...services].sort(), attributes: [...keys].sort(), series: series.size }
}

/** Keys whose value is not the same everywhere. */
export function differing(all: Attributes[]): string[] {
  const keys = new Set(all.flatMap((attributes) => Object.keys(attributes)))
  return [...keys].filter((key) => new Set(all.map((attributes) => textOf(attributes[key]))).size > 1)
}
