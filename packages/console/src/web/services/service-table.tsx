/**
 * Every service with its figures over the time range. A row leads to the routes of the service.
 */

import type { Service } from '../../contract/contract.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { whole } from '../format/number.ts'
import { ago } from '../format/time.ts'
import { figureColumns } from '../lists/figure-columns.tsx'
import { type Column, Table } from '../lists/table.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { href } from '../state/address.ts'

function linkOf({ name }: Service): string {
  return href('/routes', { service: name })
}

const COLUMNS: readonly Column<Service>[] = [
  {
    id: 'name',
    head: 'Service',
    by: (service) => service.name,
    cell: (service) => (
      <a class="named" href={linkOf(service)} tabIndex={-1}>
        <ServiceName name={service.name} />
      </a>
    ),
  },
  ...figureColumns<Service>(),
  {
    id: 'shape',
    head: 'Requests over time',
    cell: ({ sparkline, name, count }) => (
      <Sparkline values={sparkline} label={`${whole(count)} requests to ${name} over the time range`} />
    ),
  },
  {
    id: 'seen',
    head: 'Last seen',
    number: true,
    by: (service) => service.lastSeen,
    cell: ({ lastSeen }) => ago(lastSeen),
  },
]

export function ServiceTable({ services }: { services: readonly Service[] }) {
  return (
    <section class="panel" aria-label="Services">
      <Table
        label="Services"
        columns={COLUMNS}
        rows={services}
        keyOf={(service) => service.name}
        linkOf={linkOf}
        order="-rate"
      />
    </section>
  )
}
