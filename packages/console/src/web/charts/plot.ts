/**
 * uPlot, set up the way every chart here looks: quiet axes, thin lines, a time range that is chosen by dragging.
 */

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { type Axis, ticks } from '../format/axis.ts'
import { compact } from '../format/number.ts'
import { colour } from '../state/theme.ts'
import type { Series } from './series.ts'

export interface PlotSetup {
  width: number
  height: number
  series: readonly Series[]
  /** Each series is drawn down to the one after it rather than to zero. */
  stacked: boolean
  /** Largest value outside the series, such as a dot's. */
  atLeast: () => number
  /** The unit of the value axis, by the largest value. */
  axis: Axis
  /** Charts of one group share the cursor. */
  group: string
  onHover: (index: number | null, x: number, y: number) => void
  onDraw: () => void
  onSelect: (from: number, to: number) => void
}

const FONT = '11px system-ui, sans-serif'
const HOURS: uPlot.Axis.Values = [
  [3600 * 24, '{MMM} {D}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
  [0.001, '{ss}.{fff}', null, null, null, null, null, null, 1],
]

export function plot(target: HTMLElement, data: uPlot.AlignedData, setup: PlotSetup): uPlot {
  return new uPlot(
    {
      width: setup.width,
      height: setup.height,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: setup.group, setSeries: false },
        points: { size: 6 },
        drag: { x: true, y: false, setScale: false },
        focus: { prox: -1 },
      },
      scales: {
        x: { time: true },
        y: { range: (_, least, most) => valueRange(least ?? 0, Math.max(most ?? 0, setup.atLeast())) },
      },
      series: [{}, ...setup.series.map(seriesOptions)],
      bands: setup.stacked ? setup.series.slice(1).map((_, index) => ({ series: [index + 1, index + 2] })) : [],
      axes: [
        { ...axis(), values: HOURS, size: 24, space: 64 },
        { ...axis(), ...valueAxis(setup.axis) },
      ],
      hooks: {
        setCursor: [
          (u) => {
            const inside = u.cursor.idx !== null && u.cursor.idx !== undefined && (u.cursor.left ?? -1) >= 0
            setup.onHover(inside ? (u.cursor.idx ?? null) : null, u.cursor.left ?? 0, u.cursor.top ?? 0)
          },
        ],
        draw: [() => setup.onDraw()],
        setSelect: [
          (u) => {
            if (u.select.width < 4) return
            setup.onSelect(
              u.posToVal(u.select.left, 'x') * 1000,
              u.posToVal(u.select.left + u.select.width, 'x') * 1000,
            )
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          },
        ],
      },
    },
    data,
    target,
  )
}

/** From zero, or from below the lowest value where that is negative. */
function valueRange(least: number, most: number): [number, number] {
  const lowest = Math.min(0, least) * 1.08
  return [lowest, most * 1.08 || (lowest < 0 ? 0 : 1)]
}

function seriesOptions(series: Series): uPlot.Series {
  const stroke = () => colour(series.colour)
  const fill = () => colour(series.colour, series.kind === 'bars' ? 0.85 : 0.16)
  if (series.kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.9, 40], align: 1 })
    return { label: series.label, width: 0, fill, points: { show: false }, ...(paths ? { paths } : {}) }
  }
  return {
    label: series.label,
    stroke,
    width: 1.5,
    points: { show: true, size: 4, width: 0, fill: stroke, filter: (u, index) => alone(u.data[index] ?? []) },
    ...(series.kind === 'area' ? { fill } : {}),
  }
}

/** Values without one before or after them, which no line shows. */
function alone(values: ArrayLike<number | null | undefined>): number[] {
  const missing = (index: number): boolean => values[index] === null || values[index] === undefined
  return Array.from(values, (_, index) => index).filter(
    (index) => !missing(index) && missing(index - 1) && missing(index + 1),
  )
}

function axis(): uPlot.Axis {
  const line = () => colour('--line')
  return {
    stroke: () => colour('--ink-faint'),
    font: FONT,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    border: { show: false },
  }
}

/** The unit stands once, as the axis's title, and plain numbers at the ticks. */
function valueAxis(axis: Axis): uPlot.Axis {
  const most = (u: uPlot): number => u.scales.y?.max ?? 0
  return {
    label: (u) => axis(most(u)).title,
    labelFont: FONT,
    labelSize: 16,
    labelGap: 2,
    splits: (u, _, start, end, apart) => ticks(axis(most(u)), start, end, apart),
    values: (u, at) => at.map((value) => compact(value / axis(most(u)).size)),
    size: yWidth,
    space: 34,
  }
}

/** As wide as the longest label needs. */
const yWidth: uPlot.Axis.Size = (_, labels) => 14 + Math.max(0, ...(labels ?? []).map((label) => label.length)) * 6.2
