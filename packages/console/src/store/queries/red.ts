/**
 * Rate, errors and duration of a service or one of its routes over time, with real requests as exemplars.
 */

import type { Exemplar, Figures, Red } from '../../contract/contract.ts'
import { Durations } from '../derived/duration-buckets.ts'
import type { Segments } from '../segments/segments.ts'
import { hex } from './hex.ts'
import { secondsWithData, sparklineSteps, stepsOf, type TimeRange } from './range.ts'
import { rolledUp, type Which } from './rolled-up.ts'

const MOST_EXEMPLARS = 300

export function red(segments: Segments, range: TimeRange, service: string, route?: string, wantedStep?: number): Red {
  const steps = stepsOf(range, wantedStep)
  const perStep = Array.from({ length: steps.count }, () => new Durations())
  const which =
    route === undefined
      ? { kind: 'service' as const, owner: service }
      : { kind: 'route' as const, owner: service, name: route }
  for (const [, , index, bucket, count, errors] of rolledUp(segments, which, range, steps)) {
    perStep[index]?.add(bucket, count, errors)
  }
  return {
    step: steps.step,
    points: perStep.map((durations, index) => ({
      time: steps.start + index * steps.step,
      count: durations.count,
      errors: durations.errors,
      ...durations.percentiles(),
    })),
    exemplars: exemplars(segments, range, service, route),
    total: total(segments, which, range),
  }
}

/** Over the same cells as the tables next to the charts. */
function total(segments: Segments, which: Which, range: TimeRange): Figures {
  const all = new Durations()
  for (const [, , , bucket, count, errors] of rolledUp(segments, which, range, sparklineSteps(range)))
    all.add(bucket, count, errors)
  return all.figures(secondsWithData(segments, range))
}

type Row = [time: number, duration: number, error: number, trace: Uint8Array, span: Uint8Array]

/** Evenly thinned, errors kept before others. */
function exemplars(segments: Segments, { from, to }: TimeRange, service: string, route?: string): Exemplar[] {
  const byRoute = route === undefined ? '' : ' AND k.name = ?'
  const found = new Map<string, Exemplar>()
  for (const { statements } of segments.all()) {
    const rows = statements.rows<Row>(
      `SELECT e.time, e.duration, e.error, e.trace_id, e.span_id FROM keys k JOIN exemplars e ON e.key = k.id
       WHERE k.kind = 'route' AND k.owner = ?${byRoute} AND e.cell >= ? AND e.time BETWEEN ? AND ?`,
      service,
      ...(route === undefined ? [] : [route]),
      Math.floor(from / 10_000) * 10,
      from * 1000,
      to * 1000,
    )
    for (const [time, duration, error, trace, span] of rows) {
      const spanId = hex(span)
      found.set(spanId, { time: time / 1000, value: duration / 1e6, error: error === 1, traceId: hex(trace), spanId })
    }
  }
  const sorted = [...found.values()].sort((a, b) => a.time - b.time)
  const errors = thin(
    sorted.filter(({ error }) => error),
    MOST_EXEMPLARS / 3,
  )
  const others = thin(
    sorted.filter(({ error }) => !error),
    MOST_EXEMPLARS - errors.length,
  )
  return [...errors, ...others].sort((a, b) => a.time - b.time)
}

function thin<Item>(items: Item[], most: number): Item[] {
  if (items.length <= most) return items
  return items.filter(
    (_, index) => Math.floor((index * most) / items.length) !== Math.floor(((index - 1) * most) / items.length),
  )
}
