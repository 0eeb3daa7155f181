/**
 * The series of an instrument with the newest, lowest, highest and mean value in the time range.
 */

import type { Metric, MetricSeries } from '../../contract/contract.ts'
import { whole } from '../format/number.ts'
import { valuesIn } from '../format/unit.ts'

interface SeriesTableProps {
  metric: Metric
  colours: readonly string[]
  by: string
}

export function SeriesTable({ metric, colours, by }: SeriesTableProps) {
  const write = valuesIn(metric.unit)
  return (
    <div class="scroll-x">
      <table class="table" aria-label="Series">
        <thead>
          <tr>
            <th scope="col">{by || 'All together'}</th>
            <th scope="col" class="number">
              Latest
            </th>
            <th scope="col" class="number">
              Lowest
            </th>
            <th scope="col" class="number">
              Highest
            </th>
            <th scope="col" class="number">
              Mean
            </th>
          </tr>
        </thead>
        <tbody>
          {metric.series.map((series, index) => {
            const colour = colours[index]
            const { latest, lowest, highest, mean } = summary(series)
            return (
              <tr key={series.label}>
                <td>
                  <span class="named">
                    {colour && <i class="series-colour" style={{ background: `var(${colour})` }} />}
                    <span class="cut">{series.label || (by ? '(not set)' : metric.stat)}</span>
                  </span>
                </td>
                <td class="number">{write(latest)}</td>
                <td class="number">{write(lowest)}</td>
                <td class="number">{write(highest)}</td>
                <td class="number">{write(mean)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {metric.left > 0 && <p class="faint instruments-count">{whole(metric.left)} more series are not shown.</p>}
    </div>
  )
}

function summary({ points }: MetricSeries) {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  if (values.length === 0) return { latest: null, lowest: null, highest: null, mean: null }
  return {
    latest: values.at(-1) ?? null,
    lowest: Math.min(...values),
    highest: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  }
}
