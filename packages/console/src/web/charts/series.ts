/**
 * What a chart over time is made of, apart from how it is drawn.
 */

export interface Series {
  label: string
  /** A CSS variable of theme.css, such as `--chart-1`. */
  colour: string
  kind: 'line' | 'area' | 'bars'
  values: readonly (number | null)[]
}

/** One real event on a chart; it links to its trace or line. */
export interface Dot {
  time: number
  value: number
  bad: boolean
  href: string
  label: string
}

export interface ChartData {
  /** Begin of each step, epoch milliseconds, ascending. */
  times: readonly number[]
  step: number
  series: readonly Series[]
  /** Series stand on one another, the first at the bottom. */
  stacked?: boolean
  dots?: readonly Dot[]
}

/** Each series raised by those before it. */
function raised(series: readonly Series[]): Series[] {
  const sums: number[] = []
  return series.map((one) => ({
    ...one,
    values: one.values.map((value, index) => {
      const sum = (sums[index] ?? 0) + (value ?? 0)
      sums[index] = sum
      return sum
    }),
  }))
}

/** The series as they are drawn: stacked ones by their sums, the highest first, each down to the next one. */
export function drawn({ series, stacked = false }: ChartData): readonly Series[] {
  return stacked ? raised(series).toReversed() : series
}

export const PALETTE: readonly string[] = [1, 2, 3, 4, 5, 6, 7, 8].map((slot) => `--chart-${slot}`)
