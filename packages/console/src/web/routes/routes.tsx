/**
 * One service: rate, errors and duration over time, with real requests as dots that lead to their traces, and the routes
 * that make it up. Choosing a route narrows the charts to it.
 */

import { useQuery } from '../api/use-query.ts'
import { duration } from '../format/duration.ts'
import { percent, rate } from '../format/number.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { useTitle } from '../parts/title.ts'
import { Empty } from '../setup/empty.tsx'
import { href, hrefHere, param } from '../state/address.ts'
import { field } from '../state/filter.ts'
import { RedCharts } from './red-charts.tsx'
import { RouteTable } from './route-table.tsx'
import './routes.css'

export function Routes() {
  const service = param('service')
  const route = param('route')
  const traces = [field('service', service), ...(route ? [field('route', route)] : [])].join(' ')
  useTitle(route, service)
  const routes = useQuery('/api/routes', { service })
  const red = useQuery('/api/red', { service, ...(route ? { route } : {}) })
  if (routes.data?.routes.length === 0 && red.data?.total.count === 0) return <Empty what="requests" />
  return (
    <div class="page">
      <Head service={service} route={route} traces={traces} />
      <ErrorNotice error={routes.error ?? red.error} />
      {red.data && (
        <>
          <p class="route-figures soft">
            <Figure name="rate">{rate(red.data.total.rate)}</Figure>
            <Figure name="errors">{percent(red.data.total.errorShare)}</Figure>
            <Figure name="p50">{duration(red.data.total.p50)}</Figure>
            <Figure name="p95">{duration(red.data.total.p95)}</Figure>
            <Figure name="p99">{duration(red.data.total.p99)}</Figure>
          </p>
          <RedCharts red={red.data} busy={red.loading} traces={traces} />
        </>
      )}
      {routes.data && <RouteTable routes={routes.data.routes} chosen={route} />}
    </div>
  )
}

function Head({ service, route, traces }: { service: string; route: string; traces: string }) {
  return (
    <div class="bar">
      <nav class="crumbs" aria-label="Where this is">
        <a href={href('/')}>Services</a>
        <span class="faint">/</span>
        {route ? (
          <>
            <a href={hrefHere({ route: undefined })}>
              <ServiceName name={service} />
            </a>
            <span class="faint">/</span>
            <h1 class="mono">{route}</h1>
          </>
        ) : (
          <h1>
            <ServiceName name={service} />
          </h1>
        )}
      </nav>
      <span class="bar end">
        <a class="button small" href={href('/traces', { q: traces })}>
          Traces
        </a>
        <a class="button small" href={href('/logs', { q: field('service', service) })}>
          Logs
        </a>
        <a class="button small" href={href('/metrics', { service })}>
          Metrics
        </a>
        <a class="button small" href={href('/errors', { service })}>
          Errors
        </a>
      </span>
    </div>
  )
}

function Figure({ name, children }: { name: string; children: string }) {
  return (
    <span>
      {name} <b>{children}</b>
    </span>
  )
}
