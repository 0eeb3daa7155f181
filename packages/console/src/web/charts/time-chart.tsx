/**
 * A chart over time with its title, unit, tooltip and dots. Dots are links above the canvas, so that they can be clicked,
 * opened in a new tab and reached by keyboard as any link. Dragging across the chart chooses that time range.
 */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import type { Axis } from '../format/axis.ts'
import { chooseFixed } from '../state/range.ts'
import { colours } from '../state/theme.ts'
import { Dots } from './dots.tsx'
import { plot } from './plot.ts'
import { type ChartData, drawn } from './series.ts'
import { Tooltip } from './tooltip.tsx'
import './time-chart.css'

interface TimeChartProps {
  title: string
  data: ChartData
  /** How a value is written where it stands alone. */
  write: (value: number | null) => string
  axis: Axis
  height?: number
  group?: string
}

interface Hover {
  index: number
  x: number
  y: number
}

export function TimeChart({ title, data, write, axis, height = 170, group = 'range' }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const [hover, setHover] = useState<Hover | null>(null)
  const [draws, setDraws] = useState(0)
  const shape = JSON.stringify(data.series.map(({ label, colour, kind }) => [label, colour, kind]))
  const most = Math.max(0, ...(data.dots ?? []).map((dot) => dot.value))
  const current = useRef({ most, axis })
  current.current = { most, axis }

  useLayoutEffect(() => {
    const target = box.current
    if (!target) return
    const made = plot(target, aligned(data), {
      width: Math.max(80, target.clientWidth),
      height,
      series: drawn(data),
      stacked: data.stacked ?? false,
      group,
      atLeast: () => current.current.most,
      axis: (largest) => current.current.axis(largest),
      onHover: (index, x, y) => setHover(index === null ? null : { index, x, y }),
      onDraw: () => setDraws((times) => times + 1),
      onSelect: chooseFixed,
    })
    chart.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: Math.max(80, target.clientWidth), height }))
    resized.observe(target)
    return () => {
      resized.disconnect()
      made.destroy()
      chart.current = null
    }
  }, [shape, height, group])

  useLayoutEffect(() => chart.current?.setData(aligned(data)), [data])
  useEffect(() => chart.current?.redraw(false, true), [colours.value])

  return (
    <figure class="chart" aria-label={title} data-drawn={draws > 0}>
      <div class="chart-box" ref={box} style={{ height: `${height}px` }} />
      {chart.current && data.dots && <Dots dots={data.dots} chart={chart.current} />}
      {chart.current && hover && <Tooltip data={data} write={write} chart={chart.current} {...hover} />}
    </figure>
  )
}

/** uPlot counts in seconds. One more point at the end gives the last bar its width. */
function aligned(data: ChartData): uPlot.AlignedData {
  const { times, step } = data
  const end = times.at(-1)
  const seconds = [...times, ...(end === undefined ? [] : [end + step])].map((time) => time / 1000)
  return [seconds, ...drawn(data).map(({ values }) => [...values, ...(end === undefined ? [] : [null])])]
}
