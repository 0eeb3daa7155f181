/**
 * The first screen: who calls whom as the traces show it, and every service's rate, errors and latency.
 */

import { useQuery } from '../api/use-query.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { useTitle } from '../parts/title.ts'
import { Empty } from '../setup/empty.tsx'
import { ServiceMapView } from './service-map.tsx'
import { ServiceTable } from './service-table.tsx'
import './services.css'

export function Services() {
  useTitle('Services')
  const { data, error } = useQuery('/api/map', {})
  if (data?.services.length === 0 && data.nodes.length === 0) return <Empty what="requests" />
  return (
    <div class="page">
      <h1 class="hidden-text">Services</h1>
      <ErrorNotice error={error} />
      {data && data.nodes.length > 0 && <ServiceMapView map={data} />}
      {data && <ServiceTable services={data.services} />}
    </div>
  )
}
