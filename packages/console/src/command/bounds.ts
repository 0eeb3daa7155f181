/**
 * Ages and sizes as people write them on the command line: 24h, 7d, 500mb, 1gb.
 */

import { InvalidArgumentError } from 'commander'

const ages: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const sizes: Record<string, number> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 }

const SMALLEST_SIZE = 20_000_000

/** Milliseconds. Throws where the text is no age or under a minute. */
export function parseAge(text: string): number {
  const age = amount(text, ages)
  if (age === undefined) throw new InvalidArgumentError(`${JSON.stringify(text)} is not an age. Write 90m, 24h or 7d.`)
  if (age < 60_000) throw new InvalidArgumentError(`${text} is too short: keep at least 1m.`)
  return age
}

/** Bytes. Throws where the text is no size or under 20 MB. */
export function parseSize(text: string): number {
  const size = amount(text, sizes)
  if (size === undefined) throw new InvalidArgumentError(`${JSON.stringify(text)} is not a size. Write 500mb or 1gb.`)
  if (size < SMALLEST_SIZE)
    throw new InvalidArgumentError(`${text} is too small: allow at least ${SMALLEST_SIZE / 1e6}mb.`)
  return size
}

function amount(text: string, units: Record<string, number>): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? []
  const factor = units[unit.toLowerCase()]
  return number === undefined || factor === undefined ? undefined : Number(number) * factor
}
