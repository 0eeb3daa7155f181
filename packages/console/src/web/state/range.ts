/**
 * The time range that every page looks at: the last so many minutes, which moves on with the clock, or two fixed times.
 * It stands in the address as `range=1h` or `from=...&to=...`; the last 15 minutes are what is meant by neither.
 */

import { computed } from '@preact/signals'
import { type Address, address, change } from './address.ts'

export type Range = { kind: 'last'; name: string; length: number } | { kind: 'fixed'; from: number; to: number }

const MINUTE = 60_000

export const PRESETS: readonly { name: string; label: string; length: number }[] = [
  { name: '5m', label: 'Last 5 minutes', length: 5 * MINUTE },
  { name: '15m', label: 'Last 15 minutes', length: 15 * MINUTE },
  { name: '1h', label: 'Last hour', length: 60 * MINUTE },
  { name: '3h', label: 'Last 3 hours', length: 180 * MINUTE },
  { name: '6h', label: 'Last 6 hours', length: 360 * MINUTE },
  { name: '24h', label: 'Last 24 hours', length: 1440 * MINUTE },
  { name: '7d', label: 'Last 7 days', length: 10_080 * MINUTE },
]
const USUAL = { kind: 'last', name: '15m', length: 15 * MINUTE } as const

export const range = computed(() => rangeOf(address.value))

/** Begin and end in epoch milliseconds, as of now. */
export function bounds(of: Range = range.value): { from: number; to: number } {
  if (of.kind === 'fixed') return { from: of.from, to: of.to }
  const now = Date.now()
  return { from: now - of.length, to: now }
}

export function chooseLast(name: string): void {
  change({ range: name === USUAL.name ? undefined : name, from: undefined, to: undefined })
}

/** Parameters for a link to a fixed range; a range too short to see anything in is made a second long. */
export function fixedRange(from: number, to: number): { range: undefined; from: string; to: string } {
  const end = Math.max(to, from + 1000)
  return { range: undefined, from: String(Math.floor(from)), to: String(Math.ceil(end)) }
}

export function chooseFixed(from: number, to: number): void {
  change(fixedRange(from, to))
}

function rangeOf({ params }: Address): Range {
  const from = Number(params.get('from') ?? Number.NaN)
  const to = Number(params.get('to') ?? Number.NaN)
  if (Number.isFinite(from) && Number.isFinite(to) && from < to) return { kind: 'fixed', from, to }
  const preset = PRESETS.find((each) => each.name === params.get('range'))
  return preset ? { kind: 'last', name: preset.name, length: preset.length } : USUAL
}
