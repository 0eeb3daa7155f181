/**
 * Errors, grouped by type and place: how often, since when, until when, and an example trace to open.
 */

import type { ErrorGroup } from '../../contract/contract.ts'
import { useQuery } from '../api/use-query.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { whole } from '../format/number.ts'
import { ago, exact } from '../format/time.ts'
import { ERRORS_ARE } from '../lists/figure-columns.tsx'
import { type Column, Table } from '../lists/table.tsx'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { ServiceParam } from '../parts/service-select.tsx'
import { useTitle } from '../parts/title.ts'
import { Empty } from '../setup/empty.tsx'
import { href, param } from '../state/address.ts'
import { field } from '../state/filter.ts'
import './errors.css'

/** To the example trace; an error that was only logged leads to its lines. */
function linkOf({ traceId, spanId, service, message }: ErrorGroup): string {
  return traceId
    ? href(`/trace/${traceId}`, spanId ? { span: spanId } : {})
    : href('/logs', { q: `${field('service', service)} ${JSON.stringify(message)}` })
}

const COLUMNS: readonly Column<ErrorGroup>[] = [
  {
    id: 'type',
    head: 'Error',
    by: ({ type }) => type,
    cell: (group) => (
      <a class="error-name" href={linkOf(group)} tabIndex={-1}>
        <b class="bad">{group.type}</b> <span>{group.message}</span>
        <span class="error-place mono faint">{group.place}</span>
      </a>
    ),
  },
  {
    id: 'service',
    head: 'Service',
    by: ({ service }) => service,
    cell: ({ service }) => <ServiceName name={service} />,
  },
  { id: 'count', head: 'Count', number: true, by: ({ count }) => count, cell: ({ count }) => whole(count) },
  {
    id: 'shape',
    head: 'Over time',
    cell: ({ sparkline, count, type }) => <Sparkline values={sparkline} bad label={`${whole(count)} times ${type}`} />,
  },
  {
    id: 'first',
    head: 'First seen',
    number: true,
    by: ({ firstSeen }) => firstSeen,
    cell: ({ firstSeen }) => <time title={exact(firstSeen)}>{ago(firstSeen)}</time>,
  },
  {
    id: 'last',
    head: 'Last seen',
    number: true,
    by: ({ lastSeen }) => lastSeen,
    cell: ({ lastSeen }) => <time title={exact(lastSeen)}>{ago(lastSeen)}</time>,
  },
]

export function Errors() {
  const service = param('service')
  useTitle('Errors')
  const { data, error } = useQuery('/api/errors', service ? { service } : {})
  if (data?.errors.length === 0 && !service) return <Empty what="errors" />
  return (
    <div class="page">
      <div class="bar">
        <h1>Errors</h1>
        <span class="soft" title={ERRORS_ARE}>
          5xx, status ERROR and exceptions, grouped by type and by the place in the code that they come from
        </span>
        <span class="end">
          <ServiceParam />
        </span>
      </div>
      <ErrorNotice error={error} />
      {data?.errors.length === 0 && <p class="notice">No errors of {service} in this time range.</p>}
      {data && data.errors.length > 0 && (
        <section class="panel" aria-label="Errors">
          <Table
            label="Errors"
            columns={COLUMNS}
            rows={data.errors}
            keyOf={({ id }) => id}
            linkOf={linkOf}
            chosen={({ id }) => id === param('error')}
            order="-last"
          />
        </section>
      )}
    </div>
  )
}
