/**
 * Times as people and agents write them: `15m` ago, `2026-11-29T08:00:00Z`, milliseconds since the epoch.
 */

import { BadRequest, type Given } from './report.ts'

/** Milliseconds since the epoch. */
export interface Period {
  from: number
  to: number
}

const USUAL = '15m'
const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export function periodOf({ since = USUAL, until }: Given, now = Date.now()): Period {
  const to = until === undefined ? now : momentOf('until', until, now)
  const from = momentOf('since', since, now)
  if (from >= to) throw new BadRequest(`since (${since}) must be before until (${until ?? 'now'}).`)
  return { from, to }
}

/** The time of the same length just before. */
export function before({ from, to }: Period): Period {
  return { from: from - (to - from), to: from }
}

function momentOf(name: string, text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text.trim()) ?? []
  if (amount !== undefined) return now - Number(amount) * (units[unit] ?? 0)
  const time = /^\d{13}$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(time))
    throw new BadRequest(`${name} cannot be ${JSON.stringify(text)}: write 15m, 2h or 2026-11-29T08:00:00Z.`)
  return time
}

/** The period as parameters of another report. */
export function asGiven({ from, to }: Period): Record<string, string> {
  return { since: new Date(from).toISOString(), until: new Date(to).toISOString() }
}
