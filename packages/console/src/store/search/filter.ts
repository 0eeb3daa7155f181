/**
 * The words of a search that have a meaning of their own: states, levels, durations and ids.
 */

import { nearest } from './nearest.ts'

/** The search cannot be understood; the page shows the message. */
export class BadFilter extends Error {}

const units: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** Nanoseconds of `250ms`, `1.5s`, `80us`; a bare number is milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)?$/.exec(text) ?? []
  const factor = units[unit]
  if (amount === undefined || factor === undefined)
    throw new BadFilter(`${JSON.stringify(text)} is not a duration. Write 250ms, 1.5s or 80us.`)
  return Number(amount) * factor
}

function oneOf(what: string, known: readonly string[], value: string): number {
  const index = known.indexOf(value.toLowerCase())
  if (index !== -1) return index
  const meant = nearest(value, known)
  const hint = meant === undefined ? '' : ` The nearest is ${meant}.`
  throw new BadFilter(`${JSON.stringify(value)} is not a ${what}. Write one of: ${known.join(', ')}.${hint}`)
}

export const statuses = ['unset', 'ok', 'error', 'client-error'] as const
export const kinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export function statusNumber(value: string): number {
  return oneOf('status', statuses, value)
}
/** OTLP counts span kinds from 1. */
export function kindNumber(value: string): number {
  return oneOf('span kind', kinds, value) + 1
}

export function levelNumber(value: string): number {
  return oneOf('level', logLevels, value)
}

/** The digits of an id as people copy it: dashed, in upper case, or within a `traceparent`. */
function digitsOf(text: string, digits: 16 | 32): string {
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/i.exec(text)
  return (parent ? parent[digits === 32 ? 1 : 2] : text.replaceAll('-', '')) ?? ''
}

/** Bytes of a trace id (32 hex digits) or span id (16), else undefined. */
export function idOf(text: string, digits: 16 | 32): Uint8Array | undefined {
  const id = digitsOf(text.trim(), digits)
  return id.length === digits && /^[0-9a-f]+$/i.test(id) ? Buffer.from(id, 'hex') : undefined
}

/** The bytes of an id that a field must have. */
export function requireId(key: 'trace' | 'span', value: string): Uint8Array {
  const digits = key === 'trace' ? 32 : 16
  const id = idOf(value, digits)
  if (!id) throw new BadFilter(`${JSON.stringify(value)} is not a ${key} id: it has ${digits} hex digits.`)
  return id
}

/** A pattern for `LIKE ... ESCAPE '\'`: `*` stands for any characters, or the whole value may stand anywhere. */
export function likePattern(value: string, anywhere: boolean): string {
  const escaped = value.replace(/[\\%_]/g, '\\$&')
  return anywhere ? `%${escaped}%` : escaped.replaceAll('*', '%')
}
