/**
 * Rate, errors and duration over time, side by side and on one cursor. Each dot on the duration is a real request.
 */

import { useMemo } from 'preact/hooks'
import type { Exemplar, Red } from '../../contract/contract.ts'
import { Legend } from '../charts/legend.tsx'
import type { ChartData, Dot } from '../charts/series.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { milliseconds, percentages, plain } from '../format/axis.ts'
import { duration } from '../format/duration.ts'
import { compact, percent } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { ERRORS_ARE } from '../lists/figure-columns.tsx'
import { href } from '../state/address.ts'
import { range } from '../state/range.ts'

const PERCENTILES = [
  { label: 'p99', key: 'p99', colour: '--chart-2' },
  { label: 'p95', key: 'p95', colour: '--chart-1' },
  { label: 'p50', key: 'p50', colour: '--chart-4' },
] as const

interface RedChartsProps {
  red: Red
  busy: boolean
  /** Filter of the requests' traces. */
  traces: string
}

export function RedCharts({ red, busy, traces }: RedChartsProps) {
  const { rates, errors, durations } = useMemo(() => chartsOf(red), [red, range.value])
  return (
    <div class="red fading" aria-busy={busy}>
      <section class="panel">
        <div class="panel-head">
          <h2>Rate</h2>
          <span class="faint">requests per second</span>
        </div>
        <TimeChart title="Rate" data={rates} write={(value) => `${compact(value ?? 0)} /s`} axis={plain('/s')} />
      </section>
      <section class="panel">
        <div class="panel-head">
          <h2>Errors</h2>
          <span class="faint cut" title={ERRORS_ARE}>
            share, 5xx or status ERROR
          </span>
          <a
            class="end"
            href={href('/traces', { q: `${traces} status:client-error` })}
            title="Requests answered 4xx: the caller’s errors, which are not in this chart"
          >
            4xx
          </a>
        </div>
        <TimeChart
          title="Errors"
          data={errors}
          write={(value) => (value === null ? '-' : percent(value))}
          axis={percentages}
        />
      </section>
      <section class="panel red-duration">
        <div class="panel-head">
          <h2>Duration</h2>
          <Legend series={PERCENTILES} />
          <span class="faint end">a dot is a request: open its trace</span>
        </div>
        <TimeChart title="Duration" data={durations} write={duration} axis={milliseconds} />
      </section>
    </div>
  )
}

function chartsOf({ points, step, exemplars }: Red): { rates: ChartData; errors: ChartData; durations: ChartData } {
  const times = points.map(({ time }) => time)
  const now = Date.now()
  const rates = points.map(({ time, count }) => (count * 1000) / passed(time, step, now))
  const shares = points.map(({ count, errors }) => (count > 0 ? errors / count : null))
  return {
    rates: { times, step, series: [{ label: 'Requests', colour: '--chart-1', kind: 'bars', values: rates }] },
    errors: { times, step, series: [{ label: 'Failed', colour: '--error', kind: 'bars', values: shares }] },
    durations: {
      times,
      step,
      series: PERCENTILES.map(({ label, colour, key }) => ({
        label,
        colour,
        kind: 'line',
        values: points.map((point) => point[key]),
      })),
      dots: exemplars.map(dotOf),
    },
  }
}

/** Milliseconds of a step that are over: the newest one has only begun, and must not look like a drop. */
function passed(time: number, step: number, now: number): number {
  return Math.min(step, Math.max(step / 4, now - time))
}

function dotOf({ time, value, error, traceId, spanId }: Exemplar): Dot {
  return {
    time,
    value,
    bad: error,
    href: href(`/trace/${traceId}`, { span: spanId }),
    label: `${error ? 'Failed request' : 'Request'} at ${clock(time)}, ${duration(value)}: open its trace`,
  }
}
