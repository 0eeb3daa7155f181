/**
 * Gauges and up-down counters (memory, queues, pools) that grow or stand elsewhere than before. What requests do is in the
 * figures of their routes already.
 */

import type { Instrument } from '../contract/contract.ts'
import type { Change } from './change.ts'
import { trendOf } from './metrics.ts'
import { asGiven, type Period } from './period.ts'
import type { RunQuery } from './report.ts'
import { clip, number } from './text.ts'

/** Instruments that are looked at; each costs a query. */
const MOST_INSTRUMENTS = 80
const LEAST_FACTOR = 1.5

export async function movedMetrics(runQuery: RunQuery, then: Period, now: Period): Promise<Change[]> {
  const { instruments } = await runQuery('/api/metrics', { ...now })
  const levels = instruments.filter(({ type }) => type === 'gauge' || type === 'updown').slice(0, MOST_INSTRUMENTS)
  const changes: Change[] = []
  for (const instrument of levels) changes.push(...(await changesOf(runQuery, instrument, then, now)))
  return changes
}

async function changesOf(
  runQuery: RunQuery,
  { name, unit, type, services }: Instrument,
  then: Period,
  now: Period,
): Promise<Change[]> {
  const whole = { from: Math.min(then.from, now.from), to: now.to }
  // Without a metric of its own service, an up-down counter is the sum over all: split, each service speaks for itself.
  const by = type === 'updown' ? { by: 'service.name' } : {}
  const { series } = await runQuery('/api/metric', { ...whole, name, unit, type, stat: 'value', ...by })
  const changes = series.map(({ label, points }): Change | undefined => {
    const within = ({ from, to }: Period) => trendOf(points.filter(({ time }) => time >= from && time < to))
    const [earlier, later] = [within(then), within(now)]
    if (later.mean === null || later.first === null || later.last === null) return undefined
    const owner = clip(label || services.join(', '), 100)
    const step = { report: 'metrics' as const, given: { name, ...asGiven(whole) }, why: `${name} over both periods` }
    if (later.growing) {
      const factor = later.last / Math.max(Math.abs(later.first), Number.EPSILON)
      const text = `grows steadily: ${name} (${owner}): from ${number(later.first)} to ${number(later.last)} ${unit}`
      return { text, weight: 18 + Math.min(30, 15 * Math.log2(Math.max(1, factor))), step }
    }
    const factor = earlier.mean ? later.mean / earlier.mean : 1
    if (!(factor >= LEAST_FACTOR || factor <= 1 / LEAST_FACTOR)) return undefined
    const text = `moved: ${name} (${owner}): mean ${number(later.mean)} ${unit}, was ${number(earlier.mean)}`
    return { text, weight: Math.min(17, 6 + Math.abs(Math.log2(Math.abs(factor)))), step }
  })
  return changes.filter((change) => change !== undefined)
}
