/**
 * The promises of the shop under chaos, each with whether it was kept.
 */

import type { Books } from './books.ts'
import { isExcused, type Lost } from './lost.ts'
import { type Course, FLAT_WITHIN, LIMIT } from './memory.ts'
import { type Outage, unexplained } from './outages.ts'
import type { Visits } from './shoppers.ts'

export interface Verdict {
  readonly promise: string
  readonly kept: boolean
  readonly detail: string
}

export interface Findings {
  readonly visits: Visits
  readonly outages: readonly Outage[]
  readonly books: Books
  readonly lost: readonly Lost[]
  readonly memory: Course
}

const kinds = ['trace in the console', 'trace in Jaeger', 'lines in the console', 'lines in Loki']
const SHOWN = 5

export function judge({ visits, outages, books, lost, memory }: Findings): Verdict[] {
  const { attempts, accepted, undecided } = visits
  const failed = attempts.filter(({ status }) => status === 0 || status >= 500)
  const wrong = unexplained(attempts, outages)
  return [
    {
      promise: 'the books balance',
      kept: books.wrong.length === 0 && undecided === 0,
      detail: [...books.wrong, ...(undecided > 0 ? [`${undecided} orders that were never decided`] : [])].join(', '),
    },
    {
      promise: 'no 5xx but while the one it needs is down',
      kept: wrong.length === 0,
      detail: [
        `${failed.length} of ${attempts.length} requests failed, ${wrong.length} of them without a reason`,
        ...wrong.slice(0, SHOWN).map(({ route, status, code, begin }) => `${route} ${status} ${code} at ${iso(begin)}`),
      ].join('; '),
    },
    ...kinds.map((what) => judgeSignal(what, accepted.length, { lost, outages })),
    {
      promise: 'memory stays flat',
      kept: memory.late <= memory.early * (1 + FLAT_WITHIN),
      detail: `${megabytes(memory.early)} early, ${megabytes(memory.late)} late`,
    },
    {
      promise: `everything under ${megabytes(LIMIT)}`,
      kept: memory.peak < LIMIT,
      detail: `${megabytes(memory.peak)} at most`,
    },
  ]
}

function judgeSignal(what: string, count: number, { lost, outages }: Pick<Findings, 'lost' | 'outages'>): Verdict {
  const incomplete = lost.filter((each) => each.what === what)
  const wrong = incomplete.filter((each) => !isExcused(each, outages))
  return {
    promise: `every accepted order has its whole ${what}`,
    kept: wrong.length === 0 && count > 0,
    detail: [
      `${count - incomplete.length} of ${count}; ${incomplete.length - wrong.length} cut short by a kill, ${wrong.length} lost`,
      ...wrong
        .slice(0, SHOWN)
        .map(
          ({ order, missing }) =>
            `${order.traceId} of ${iso(order.begin)} lacks something of ${missing.map((services) => services.join(' or ')).join(', ')}`,
        ),
    ].join('; '),
  }
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(11, 23)
}
