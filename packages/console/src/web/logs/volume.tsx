/**
 * How many lines there were over time, by level. Dragging across it chooses the time.
 */

import { useMemo } from 'preact/hooks'
import type { Level, LogVolume } from '../../contract/contract.ts'
import { useQuery } from '../api/use-query.ts'
import { Legend } from '../charts/legend.tsx'
import type { ChartData } from '../charts/series.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { plain } from '../format/axis.ts'
import { compact, whole } from '../format/number.ts'
import { moment } from '../format/time.ts'
import { LEVEL_COLOURS, LEVELS } from '../parts/level.tsx'

export function Volume({ q }: { q: string }) {
  const { data } = useQuery('/api/logs/volume', { q })
  const chart = useMemo(() => data && chartOf(data), [data])
  if (!data || !chart) return <section class="panel volume" aria-label="Lines over time" />
  return (
    <section class="panel volume" aria-label="Lines over time">
      <div class="panel-head">
        <h2>{`${whole(chart.total)} lines`}</h2>
        <Legend series={chart.data.series} />
        {!data.complete && <span class="soft end">counted back to {moment(data.reached)}</span>}
      </div>
      <TimeChart
        title="Lines over time"
        data={chart.data}
        write={(value) => compact(value ?? 0)}
        axis={plain('lines')}
        height={92}
      />
    </section>
  )
}

function chartOf({ points, step }: LogVolume): { data: ChartData; total: number } {
  const count = (level: Level) => points.reduce((sum, point) => sum + point[level], 0)
  const present = LEVELS.filter((level) => count(level) > 0)
  const series = present.map((level) => ({
    label: level,
    colour: LEVEL_COLOURS[level],
    kind: 'bars' as const,
    values: points.map((point) => point[level]),
  }))
  const total = present.reduce((sum, level) => sum + count(level), 0)
  return { data: { times: points.map(({ time }) => time), step, series, stacked: true }, total }
}
