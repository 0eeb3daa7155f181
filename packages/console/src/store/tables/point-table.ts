/**
 * Stores metric points as they were sent, cumulative or delta; rates and percentiles are computed when they are asked for.
 */

import type { PointRecord } from '../../otlp/record.ts'
import type { Statements } from '../segments/database.ts'
import type { Names } from './names.ts'

const REMEMBERED_SERIES = 20_000

export class PointTable {
  readonly #statements: Statements
  readonly #names: Names
  readonly #instruments = new Map<string, number>()
  readonly #series = new Map<string, number>()

  constructor(statements: Statements, names: Names) {
    this.#statements = statements
    this.#names = names
  }

  insert(points: PointRecord[]): void {
    for (const point of points) {
      const series = this.#seriesOf(point)
      const { time, start, value, distribution } = point
      this.#statements.run(
        'INSERT OR REPLACE INTO points (series, time, start, value, distribution) VALUES (?, ?, ?, ?, ?)',
        series,
        Math.round(time * 1000),
        Math.round(start * 1000),
        value,
        distribution ? JSON.stringify(distribution) : null,
      )
      this.#statements.run('UPDATE series SET newest = max(newest, ?) WHERE id = ?', Math.round(time * 1000), series)
      for (const exemplar of point.exemplars) this.#addExemplar(series, exemplar)
    }
  }

  #addExemplar(series: number, { time, value, traceId, spanId }: PointRecord['exemplars'][number]): void {
    this.#statements.run(
      'INSERT OR REPLACE INTO point_exemplars (series, time, value, trace_id, span_id) VALUES (?, ?, ?, ?, ?)',
      series,
      Math.round(time * 1000),
      value,
      traceId,
      spanId,
    )
  }

  #seriesOf({ instrument, attributes, resource }: PointRecord): number {
    const text = JSON.stringify(attributes)
    const from = this.#names.resource(resource).id
    const of = this.#instrumentOf(instrument)
    const id = `${of} ${from} ${text}`
    let series = this.#series.get(id)
    if (series === undefined) {
      series = this.#upsert(
        'INSERT INTO series (instrument, resource, attributes, newest) VALUES (?, ?, ?, 0) ' +
          'ON CONFLICT DO UPDATE SET newest = newest RETURNING id',
        of,
        from,
        text,
      )
      if (this.#series.size >= REMEMBERED_SERIES) this.#series.clear()
      this.#series.set(id, series)
    }
    return series
  }

  #instrumentOf({ name, unit, type, temporality, description }: PointRecord['instrument']): number {
    const id = `${name}\0${unit}\0${type}\0${temporality}`
    let instrument = this.#instruments.get(id)
    if (instrument === undefined) {
      instrument = this.#upsert(
        'INSERT INTO instruments (name, unit, type, temporality, description) VALUES (?, ?, ?, ?, ?) ' +
          'ON CONFLICT DO UPDATE SET description = excluded.description RETURNING id',
        name,
        unit,
        type,
        temporality,
        description,
      )
      if (this.#instruments.size >= REMEMBERED_SERIES) this.#instruments.clear()
      this.#instruments.set(id, instrument)
    }
    return instrument
  }

  #upsert(sql: string, ...values: (string | number)[]): number {
    return this.#statements.row<[number]>(sql, ...values)?.[0] ?? 0
  }
}
