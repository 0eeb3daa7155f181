/**
 * What a person at the terminal sees after a run: what was broken, by whom, and where to look.
 */
import { styleText } from 'node:util'
import type { Record } from '../record/folder.ts'
import type { Request } from '../record/record.ts'
import { isBalanced } from '../shop.ts'

export function printSummary({ run, client, requests }: Record, folder: string): void {
  const { total } = client
  const lines = [
    '',
    `${run.scenario}: ${total.count} requests in ${run.took} s, ${total.failed} failed, ${total.dropped} arrivals dropped, p50 ${total.p50} ms, p95 ${total.p95} ms, p99 ${total.p99} ms`,
    ...run.thresholds
      .filter(({ ok }) => !ok)
      .map(({ metric, threshold }) => styleText('red', `broken: ${metric} ${threshold}`)),
    ...run.outages.map(({ service, from, to }) =>
      styleText('red', `${service} did not answer from second ${from} ${to === null ? 'on' : `to ${to}`}`),
    ),
    ...(run.books ? [describeBooks(run.books)] : []),
    ...run.missing.map((what) => styleText('yellow', `missing: ${what}`)),
    ...describe('slowest', requests.slowest),
    ...describe('failed', requests.failed),
    '',
    `Kept in ${folder}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function describeBooks(books: NonNullable<Record['run']['books']>): string {
  const text = `${books.confirmed} orders confirmed, ${books.receipts} receipts sent, least stock ${books.leastStock}`
  return isBalanced(books) ? text : styleText('red', `the books do not balance: ${text}`)
}

function describe(what: string, list: readonly Request[]): string[] {
  return list.slice(0, 3).map(({ name, ms, status, error, traceId, links, criticalPath }) => {
    const [piece] = criticalPath ?? []
    const cause = piece ? `, ${Math.round(piece.share * 100)} % of it ${piece.what} in ${piece.service}` : ''
    const answer = status > 0 ? String(status) : (error ?? 'no answer')
    return `${what}: ${name} ${answer} after ${Math.round(ms)} ms${cause}  ${links.console ?? links.jaeger ?? traceId}`
  })
}
