/**
 * One instrument: what it measures, how it went over time, split by the attribute one chooses, with exemplars as dots.
 */

import { useMemo } from 'preact/hooks'
import type { Instrument, Metric } from '../../contract/contract.ts'
import { useQuery } from '../api/use-query.ts'
import { type ChartData, PALETTE } from '../charts/series.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { axisIn } from '../format/axis.ts'
import { whole } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { unitName, valuesIn } from '../format/unit.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { change, href, param } from '../state/address.ts'
import { serviceColour } from '../state/palette.ts'
import { SeriesTable } from './series-table.tsx'

type Stat = Metric['stat']

const STATS: Record<Instrument['type'], readonly Stat[]> = {
  counter: ['rate', 'value'],
  updown: ['value', 'rate'],
  gauge: ['value'],
  histogram: ['p95', 'p50', 'p99', 'avg', 'rate', 'count'],
  exponential: ['p95', 'p50', 'p99', 'avg', 'rate', 'count'],
  summary: ['p95', 'p50', 'p99', 'avg', 'rate', 'count'],
}

const SAID: Record<Stat, string> = {
  rate: 'per second',
  value: 'value',
  count: 'count',
  avg: 'average',
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
}

/** Lines drawn; the table below the chart has them all. */
const DRAWN = 12

export function InstrumentView({ instrument, service }: { instrument: Instrument; service: string }) {
  const { name, unit, type } = instrument
  const stats = STATS[type]
  const stat = stats.find((each) => each === param('stat'))
  const by = param('by')
  const { data, error, loading } = useQuery('/api/metric', { name, unit, type, service, by, ...(stat && { stat }) })
  const chart = useMemo(() => data && chartOf(data, by), [data, by])
  return (
    <section class="panel instrument" aria-label={name}>
      <div class="instrument-head">
        <div class="bar">
          <h2 class="mono">{name}</h2>
          <span class="tag">{type}</span>
          {unitName(instrument.unit) && <span class="tag">{unitName(instrument.unit)}</span>}
          {instrument.temporality !== 'none' && <span class="tag">{instrument.temporality}</span>}
          <span class="faint">{`${whole(instrument.series)} series`}</span>
        </div>
        <p class="soft">{instrument.description || 'No description was sent with it.'}</p>
        <div class="bar">
          <Choice
            label="Show"
            value={stat ?? data?.stat ?? stats[0] ?? ''}
            options={stats.map((each) => [each, SAID[each]])}
            set={(value) => change({ stat: value })}
          />
          <Choice
            label="Split by"
            value={by}
            options={[
              ['', 'nothing'],
              ['service.name', 'service'],
              ...attributesWith(instrument, by).map((key): [string, string] => [key, key]),
            ]}
            set={(value) => change({ by: value })}
          />
        </div>
      </div>
      <ErrorNotice error={error} />
      {data && chart && (
        <div class="fading" aria-busy={loading}>
          <TimeChart title={name} data={chart} write={valuesIn(data.unit)} axis={axisIn(data.unit)} height={260} />
          <SeriesTable metric={data} colours={chart.series.map(({ colour }) => colour)} by={by} />
        </div>
      )}
    </section>
  )
}

/** Attributes to split by, the chosen one included even where it was not seen in this time range. */
function attributesWith({ attributes }: Instrument, by: string): string[] {
  return [...new Set([...attributes, by])].filter((key) => key !== '' && key !== 'service.name')
}

interface ChoiceProps {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  set: (value: string) => void
}

function Choice({ label, value, options, set }: ChoiceProps) {
  return (
    <label class="choice soft">
      {label}
      <select class="select" value={value} onChange={(event) => set(event.currentTarget.value)}>
        {options.map(([id, text]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function chartOf({ series, step, exemplars, unit, stat }: Metric, by: string): ChartData {
  const times = series[0]?.points.map(({ time }) => time) ?? []
  const write = valuesIn(unit)
  const dotted = stat.startsWith('p') || stat === 'avg' || stat === 'value'
  return {
    times,
    step,
    series: series.slice(0, DRAWN).map(({ label, points }, index) => ({
      label: label || stat,
      colour: by === 'service.name' ? serviceColour(label) : (PALETTE[index % PALETTE.length] ?? '--chart-1'),
      kind: series.length === 1 ? 'area' : 'line',
      values: points.map(({ value }) => value),
    })),
    dots: (dotted ? exemplars : []).map(({ time, value, error, traceId, spanId }) => ({
      time,
      value,
      bad: error,
      href: href(`/trace/${traceId}`, { span: spanId }),
      label: `${write(value)} at ${clock(time)}: open its trace`,
    })),
  }
}
