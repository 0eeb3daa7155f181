/**
 * Values of options: a rate, a duration, a name.
 */
import { InvalidArgumentError } from 'commander'

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600 }

/** Seconds of a duration such as `90s`, `5m` or `1h`. */
export function parseDuration(text: string): number {
  const [, count, unit = 's'] = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text) ?? []
  const seconds = Number(count) * (UNITS[unit] ?? 1)
  if (!(seconds >= 1 && seconds <= 24 * 3600)) throw new InvalidArgumentError('Give 1s to 24h, such as 90s or 5m.')
  return seconds
}

/** Orders, or requests, per minute. */
export function parseRate(text: string): number {
  const rate = Number(text)
  if (!(rate >= 1 && rate <= 1e6))
    throw new InvalidArgumentError('Give a number of orders per minute, from 1 to 1000000.')
  return rate
}

/** A name becomes part of a folder's name. */
export function parseName(text: string): string {
  if (/^[\w][\w. -]{0,39}$/.test(text)) return text.trim().replaceAll(/[ ]+/g, '-')
  throw new InvalidArgumentError('Use 1 to 40 letters, digits, spaces, dots and dashes.')
}
