/**
 * Values with the unit that an instrument declares (UCUM, as OpenTelemetry asks): seconds, bytes, `{request}`, and their rates.
 */

import { duration } from './duration.ts'
import { compact, percent, short } from './number.ts'

export const MILLISECONDS: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
export const BYTES: Record<string, number> = {
  By: 1,
  KiBy: 1024,
  MiBy: 1024 ** 2,
  GiBy: 1024 ** 3,
  kBy: 1000,
  MBy: 1e6,
  GBy: 1e9,
}

export const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
const DECIMAL_STEPS = ['B', 'kB', 'MB', 'GB', 'TB']

/** How to write values of a unit: `12.3 ms` for 0.0123 of `s`, `4.2 MiB/s` for `By/s`, `17 request` for `{request}`. */
export function valuesIn(unit: string): (value: number | null) => string {
  const { base, per } = split(unit)
  const time = MILLISECONDS[base]
  const size = BYTES[base]
  return (value) => {
    if (value === null || !Number.isFinite(value)) return '-'
    if (time !== undefined) return `${duration(value * time)}${per}`
    if (size !== undefined) return `${bytes(value * size)}${per}`
    if (base === '1' && per === '') return short(value)
    if (base === '%') return percent(value / 100)
    return `${compact(value)}${base === '1' || base === '' ? '' : ` ${noun(base)}`}${per}`
  }
}

/** The unit as a word, for headings: `seconds` stays `s`, `{request}` is `request`, `1` is `ratio`. */
export function unitName(unit: string): string {
  const { base, per } = split(unit)
  if (base === '' || base === '1') return per === '' ? '' : `1${per}`
  return `${noun(base)}${per}`
}

/** `4.2 MiB`. */
export function bytes(value: number): string {
  return scaled(value, 1024, STEPS)
}

/** `4.2 MB`, as `--max-size` has it. */
export function onDisk(value: number): string {
  return scaled(value, 1000, DECIMAL_STEPS)
}

function scaled(value: number, base: number, steps: readonly string[]): string {
  let step = 0
  let rest = value
  while (Math.abs(rest) >= base && step < steps.length - 1) {
    rest /= base
    step += 1
  }
  return `${short(rest)} ${steps[step]}`
}

export function split(unit: string): { base: string; per: string } {
  const slash = unit.lastIndexOf('/')
  if (slash < 0) return { base: unit, per: '' }
  return { base: unit.slice(0, slash), per: unit.slice(slash) }
}

function noun(base: string): string {
  return base.replace(/^\{(.*)\}$/, '$1')
}
