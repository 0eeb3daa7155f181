/**
 * The routes of a service with their figures. A row narrows the charts above to it, and once more widens them again.
 */

import type { Route } from '../../contract/contract.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { whole } from '../format/number.ts'
import { figureColumns } from '../lists/figure-columns.tsx'
import { type Column, Table } from '../lists/table.tsx'
import { hrefHere } from '../state/address.ts'

export function RouteTable({ routes, chosen }: { routes: readonly Route[]; chosen: string }) {
  const linkOf = ({ route }: Route): string => hrefHere({ route: route === chosen ? undefined : route })
  const columns: readonly Column<Route>[] = [
    {
      id: 'route',
      head: 'Route',
      by: ({ route }) => route,
      cell: (row) => (
        <a class="named mono" href={linkOf(row)} tabIndex={-1}>
          <span class="cut">{row.route}</span>
        </a>
      ),
    },
    ...figureColumns<Route>(),
    {
      id: 'shape',
      head: 'Requests over time',
      cell: ({ sparkline, route, count }) => (
        <Sparkline values={sparkline} label={`${whole(count)} requests to ${route} over the time range`} />
      ),
    },
  ]
  return (
    <section class="panel" aria-label="Routes">
      <Table
        label="Routes"
        columns={columns}
        rows={routes}
        keyOf={({ route }) => route}
        linkOf={linkOf}
        chosen={({ route }) => route === chosen}
        order="-rate"
      />
    </section>
  )
}
