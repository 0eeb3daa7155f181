/**
 * The catalogue of metrics: every instrument that reported in the range, with the attributes that it can be split by.
 */

import type { Instrument } from '../../contract/contract.ts'
import type { InstrumentType, Temporality } from '../../otlp/record.ts'
import type { Segments } from '../segments/segments.ts'
import type { TimeRange } from './range.ts'

export interface InstrumentFilter {
  service?: string | undefined
  name?: string | undefined
}

type Row = [
  name: string,
  unit: string,
  description: string,
  type: InstrumentType,
  temporality: Temporality,
  service: string,
  attributes: string,
  newest: number,
]

export function instruments(
  segments: Segments,
  { from }: TimeRange,
  { service, name }: InstrumentFilter,
): Instrument[] {
  const found = new Map<string, Building>()
  const where = [service === undefined ? '' : ' AND r.service = ?', name === undefined ? '' : ' AND i.name = ?'].join(
    '',
  )
  const values = [service, name].filter((value) => value !== undefined)
  for (const { statements } of segments.all()) {
    const rows = statements.rows<Row>(
      `SELECT i.name, i.unit, i.description, i.type, i.temporality, r.service, s.attributes, s.newest / 1000.0
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
  series: Set<string>
}

function build(
  found: Map<string, Building>,
  [name, unit, description, type, temporality, service, attributes, lastSeen]: Row,
) {
  const id = `${name}\0${type}`
  const instrument = found.get(id) ?? {
    ...{ name, unit, description, type, temporality, lastSeen },
    services: new Set(),
    attributes: new Set(),
    series: new Set(),
  }
  found.set(id, instrument)
  instrument.lastSeen = Math.max(instrument.lastSeen, lastSeen)
  instrument.services.add(service)
  const series = `${service} ${attributes}`
  if (instrument.series.has(series)) return
  instrument.series.add(series)
  for (const key of Object.keys(JSON.parse(attributes))) instrument.attributes.add(key)
}

function finish({ services, attributes, series, ...instrument }: Building): Instrument {
  return { ...instrument, services: [...services].sort(), attributes: [...attributes].sort(), series: series.size }
}
