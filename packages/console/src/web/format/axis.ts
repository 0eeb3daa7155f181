/**
 * The unit of a value axis: said once, as the axis's title, in the size that keeps the numbers at its ticks short.
 */

import { BYTES, MILLISECONDS, STEPS, split, unitName } from './unit.ts'

export interface AxisUnit {
  /** The axis's title; empty where the values have no unit. */
  title: string
  /** How much of the values one of this unit is: 0.001 where seconds are shown in ms. */
  size: number
}

/** Chooses the unit by the largest value on the axis. */
export type Axis = (most: number) => AxisUnit

const TIMES = [
  { title: 'µs', size: 0.001 },
  { title: 'ms', size: 1 },
  { title: 's', size: 1000 },
  { title: 'min', size: 60_000 },
  { title: 'h', size: 3_600_000 },
]
const SIZES = STEPS.map((title, index) => ({ title, size: 1024 ** index }))

/** For values in the unit that an instrument declares: `s` is shown in µs to h, `By/s` in B/s to TiB/s, `{request}` as it is. */
export function axisIn(unit: string): Axis {
  const { base, per } = split(unit)
  const time = MILLISECONDS[base]
  if (time !== undefined) return scaled(TIMES, time, per)
  const bytes = BYTES[base]
  if (bytes !== undefined) return scaled(SIZES, bytes, per)
  return plain(unitName(unit))
}

export const milliseconds: Axis = axisIn('ms')

/** Of shares from 0 to 1. */
export const percentages: Axis = () => ({ title: '%', size: 0.01 })

export function plain(title: string): Axis {
  return () => ({ title, size: 1 })
}

/** `each` is how much of the smallest comparable unit one of the values is. */
function scaled(units: readonly AxisUnit[], each: number, per: string): Axis {
  return (most) => {
    const fitting = units.findLast(({ size }) => size <= most * each) ?? units[0]
    return { title: `${fitting?.title}${per}`, size: (fitting?.size ?? 1) / each }
  }
}

/** Ticks from 0 to `most` at round numbers of the unit, at least `apart` from one another. */
export function ticks({ size }: AxisUnit, least: number, most: number, apart: number): number[] {
  const power = 10 ** Math.floor(Math.log10(apart / size))
  const step = [1, 2, 5, 10].map((round) => round * power * size).find((round) => round >= apart * 0.999) ?? apart
  const first = Math.ceil(least / step - 1e-9)
  return Array.from({ length: Math.floor(most / step + 1e-9) - first + 1 }, (_, index) => (first + index) * step)
}
