/**
 * The search language of the page: words, `key:value`, `key:>value`, `-` to negate, quotes to hold spaces together. See
 * `Filter` in the API's contract for what the keys mean.
 */

export interface Term {
  /** null for a bare word. */
  key: string | null
  comparison: '=' | '>' | '>=' | '<' | '<='
  value: string
  negated: boolean
}

/** The search cannot be understood; the page shows the message. */
export class BadFilter extends Error {}

const TERM = /(-)?(?:([\w./-]+):)?(>=|<=|>|<)?("(?:[^"\\]|\\.)*"|[^\s"]+)/g
const MOST_TERMS = 20

export function parseFilter(q: string): Term[] {
  const terms = [...q.matchAll(TERM)].map(([, minus, key, comparison, value = '']): Term => {
    if (key === undefined && comparison !== undefined)
      throw new BadFilter(`${comparison}${value} needs a name before it, as in duration:>100ms.`)
    return {
      key: key ?? null,
      comparison: comparisons[comparison ?? '='] ?? '=',
      value: unquote(value),
      negated: minus === '-',
    }
  })
  if (terms.length > MOST_TERMS)
    throw new BadFilter(`The search has ${terms.length} terms; at most ${MOST_TERMS} are understood.`)
  return terms
}

/** A term that was not written but chosen. */
export function termOf(key: string, value: string): Term {
  return { key, comparison: '=', value, negated: false }
}

const comparisons: Record<string, Term['comparison']> = { '=': '=', '>': '>', '>=': '>=', '<': '<', '<=': '<=' }

function unquote(value: string): string {
  return value.startsWith('"') && value.length > 1 ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

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
  if (index === -1) throw new BadFilter(`${JSON.stringify(value)} is not a ${what}. Write one of: ${known.join(', ')}.`)
  return index
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

/** Bytes of a trace id (32 hex digits) or span id (16), else undefined. */
export function idOf(value: string, digits: 16 | 32): Uint8Array | undefined {
  return value.length === digits && /^[0-9a-f]+$/i.test(value) ? Buffer.from(value, 'hex') : undefined
}
