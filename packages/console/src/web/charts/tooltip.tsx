/**
 * What the chart says at the cursor: the time of the step and every series' value there.
 */

import type uPlot from 'uplot'
import { moment } from '../format/time.ts'
import type { ChartData } from './series.ts'

interface TooltipProps {
  data: ChartData
  write: (value: number | null) => string
  chart: uPlot
  index: number
  x: number
}

export function Tooltip({ data, write, chart, index, x }: TooltipProps) {
  const time = data.times[index]
  if (time === undefined) return null
  const ratio = devicePixelRatio
  const width = chart.bbox.width / ratio
  const left = chart.bbox.left / ratio + x
  const place = x > width / 2 ? { right: `${chart.width - left + 10}px` } : { left: `${left + 10}px` }
  return (
    <div class="tooltip" style={place} aria-hidden="true">
      <div class="soft">{moment(time)}</div>
      {data.series.map((series) => (
        <div key={series.label} class="tooltip-line">
          <i style={{ background: `var(${series.colour})` }} />
          <span class="cut">{series.label}</span>
          <b>{write(series.values[index] ?? null)}</b>
        </div>
      ))}
    </div>
  )
}
