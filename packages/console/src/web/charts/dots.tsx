/**
 * Exemplars over a chart: each dot is a real request, and a link to its trace.
 */

import type uPlot from 'uplot'
import type { Dot } from './series.ts'

/** Of dots closer than this many pixels one is drawn. */
const CELL = 4

export function Dots({ dots, chart }: { dots: readonly Dot[]; chart: uPlot }) {
  const { left, top, width, height } = chart.bbox
  const ratio = devicePixelRatio
  const area = {
    left: `${left / ratio}px`,
    top: `${top / ratio}px`,
    width: `${width / ratio}px`,
    height: `${height / ratio}px`,
  }
  const taken = new Set<string>()
  return (
    <div class="dots" style={area}>
      {dots.map((dot) => {
        const x = chart.valToPos(dot.time / 1000, 'x')
        const y = chart.valToPos(dot.value, 'y')
        const spot = `${Math.round(x / CELL)} ${Math.round(y / CELL)} ${dot.bad}`
        if (x < 0 || x > width / ratio || taken.has(spot)) return null
        taken.add(spot)
        return (
          <a
            key={dot.href}
            class={dot.bad ? 'exemplar bad' : 'exemplar'}
            href={dot.href}
            title={dot.label}
            style={{ left: `${x}px`, top: `${y}px` }}
          >
            <span class="hidden-text">{dot.label}</span>
          </a>
        )
      })}
    </div>
  )
}
