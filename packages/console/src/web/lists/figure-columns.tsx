/**
 * The columns for request rate, errors and duration, the same wherever something that is called stands in a table.
 */

import type { Figures } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { percent, rate, whole } from '../format/number.ts'
import type { Column } from './table.tsx'

/** The one rule for what counts as an error, wherever errors are counted. */
export const ERRORS_ARE =
  'Share of requests that failed: 5xx or span status ERROR. 4xx is the caller’s error: find it by status:client-error'

export const CLIENT_ERROR_IS = 'Answered 4xx: the caller’s error, which does not count as one of the service'

export function figureColumns<Row extends Figures>(): Column<Row>[] {
  return [
    {
      id: 'rate',
      head: 'Rate',
      number: true,
      title: 'Requests per second, over the part of the time range that has data',
      by: (row) => row.rate,
      cell: (row) => <span title={`${whole(row.count)} requests`}>{rate(row.rate)}</span>,
    },
    {
      id: 'errors',
      head: 'Errors',
      number: true,
      title: ERRORS_ARE,
      by: (row) => row.errorShare,
      cell: (row) => (
        <span class={row.errors > 0 ? 'bad' : 'faint'} title={`${whole(row.errors)} of ${whole(row.count)}`}>
          {percent(row.errorShare)}
        </span>
      ),
    },
    percentile('p50', 'Half of the requests were at least as fast'),
    percentile('p95', '95 of 100 requests were at least as fast'),
    percentile('p99', '99 of 100 requests were at least as fast'),
  ]
}

function percentile<Row extends Figures>(id: 'p50' | 'p95' | 'p99', title: string): Column<Row> {
  return {
    id,
    head: id,
    number: true,
    title,
    by: (row) => row[id],
    cell: (row) => duration(row[id]),
  }
}
