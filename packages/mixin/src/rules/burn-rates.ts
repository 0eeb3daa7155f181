/**
 * When the error budget of an objective burns too fast: over a long window, so that a blip sends no alert, and over a short
 * one, so that the alert ends soon after its cause. Windows and factors are those of the SRE workbook and of Sloth.
 * https://sre.google/workbook/alerting-on-slos/
 */

export interface BurnRate {
  readonly severity: 'page' | 'ticket'
  /** How many times faster than evenly the budget burns. */
  readonly factor: number
  /** Durations as Prometheus writes them. */
  readonly short: string
  readonly long: string
}

export const burnRates: readonly BurnRate[] = [
  { severity: 'page', factor: 14.4, short: '5m', long: '1h' },
  { severity: 'page', factor: 6, short: '30m', long: '6h' },
  { severity: 'ticket', factor: 3, short: '2h', long: '1d' },
  { severity: 'ticket', factor: 1, short: '6h', long: '3d' },
]

/** Every window once, in the order of their length. */
export function windowsOf(rates: readonly BurnRate[]): string[] {
  const windows = new Set(rates.flatMap(({ short, long }) => [short, long]))
  return [...windows].toSorted((one, other) => secondsOf(one) - secondsOf(other))
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** Throws for what is no duration of one unit, such as `90s`, `5m` or `3d`. */
export function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(duration) ?? []
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN)
  if (!(seconds > 0))
    throw new RangeError(`"${duration}" is no duration: write a number and s, m, h, d or w, as in 5m.`)
  return seconds
}
