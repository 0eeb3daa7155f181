/**
 * Values of the command line's options. What cannot be read is an error of commander, which names the option.
 */

import { InvalidArgumentError } from 'commander'
import { reasonOf } from '../terminal/failure.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
  throw new InvalidArgumentError('It has to be a whole number.')
}

export function parseTraceId(text: string): string {
  const id = text.toLowerCase()
  if (/^[0-9a-f]{1,32}$/.test(id)) return id
  throw new InvalidArgumentError('It has to be hexadecimal, 32 digits or the first few of them.')
}

/** A point in time, in milliseconds since 1970: an age such as `10m`, or a date; one without a zone is local. */
export function parseSince(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? []
  const time = amount === undefined ? Date.parse(text) : Date.now() - Number(amount) * (UNITS[unit] ?? Number.NaN)
  // Date.parse takes nearly anything that ends in a number.
  if (Number.isFinite(time) && (amount !== undefined || /^\d{4}-\d\d-\d\d/.test(text))) return time
  throw new InvalidArgumentError('It has to be an age such as 30s, 10m, 2h or 1d, or a date such as 2026-11-29T08:30.')
}

export function parsePattern(text: string): RegExp {
  const { pattern, reason } = compile(text)
  if (pattern) return pattern
  throw new InvalidArgumentError(`${reason}.`)
}

function compile(text: string): { pattern?: RegExp; reason?: string } {
  try {
    return { pattern: new RegExp(text, 'i') }
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}
