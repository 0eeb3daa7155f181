/**
 * A small picture of how a figure went over the time range: bars, with neither axes nor numbers.
 */

import './sparkline.css'

const WIDTH = 96
const HEIGHT = 20

export function Sparkline({ values, label, bad = false }: { values: readonly number[]; label: string; bad?: boolean }) {
  const most = Math.max(...values, 0)
  const step = WIDTH / Math.max(1, values.length)
  const bars = values.map((value, index) => {
    if (most === 0 || value === 0) return ''
    const height = Math.max(1, (value / most) * (HEIGHT - 1))
    return `M${(index * step).toFixed(1)} ${HEIGHT}v${-height.toFixed(1)}h${(step - 0.8).toFixed(1)}V${HEIGHT}z`
  })
  return (
    <svg
      class={`spark ${bad ? 'spark-bad' : ''}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="spark-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      <path class="spark-bars" d={bars.join('')} />
    </svg>
  )
}
