/**
 * The first screen: who calls whom as the traces show it, and every service's rate, errors and latency.
 */

import { useQuery } from '../api/use-query.ts'
import { Empty } from '../send/empty.tsx'
import { useTitle } from '../shell/title.ts'
import { Trouble } from '../shell/trouble.tsx'
import { ServiceMapView } from './service-map.tsx'
import { ServiceTable } from './service-table.tsx'
import './services.css'

export function Services() {
  useTitle('Services')
  const services = useQuery('/api/services', {})
  const map = useQuery('/api/map', {})
  if (services.data?.services.length === 0 && (map.data?.nodes.length ?? 0) === 0) return <Empty what="requests" />
  return (
    <div class="page">
      <h1 class="hidden-text">Services</h1>
      <Trouble error={services.error ?? map.error} />
      {map.data && map.data.nodes.length > 0 && <ServiceMapView map={map.data} />}
      {services.data && <ServiceTable services={services.data.services} />}
    </div>
  )
}
