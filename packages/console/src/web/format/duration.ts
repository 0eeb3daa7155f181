/**
 * Durations as a person reads them: three figures and the unit that keeps them short.
 */

import { short } from './number.ts'

/** `840 µs`, `12.3 ms`, `1.25 s`, `3 m 12 s`, `2 h 5 m`, `24 h`; `-` for null. */
export function duration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return '-'
  const size = Math.abs(ms)
  if (size === 0) return '0 ms'
  if (size < 0.9995) return `${short(ms * 1000)} µs`
  if (size < 999.5) return `${short(ms)} ms`
  if (size < 59_950) return `${short(ms / 1000)} s`
  const seconds = Math.round(size / 1000)
  const sign = ms < 0 ? '-' : ''
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} m${rest(seconds % 60, 's')}`
  return `${sign}${Math.floor(seconds / 3600)} h${rest(Math.floor((seconds % 3600) / 60), 'm')}`
}

function rest(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count} ${unit}`
}
