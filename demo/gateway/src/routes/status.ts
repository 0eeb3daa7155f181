/**
 * How the services behind the gateway are: whether they answer, how fast, which faults are switched on, which alerts the
 * notifier received, and how long its queue of receipts is. Always a 200, since the answer is about the others.
 */

import { serviceNamed } from '@demo/shop'
import type { FastifyInstance } from 'fastify'
import { alertsSchema, faultsSchema, queueSchema } from '../upstreams/contracts.ts'
import type { Upstream, Upstreams } from '../upstreams/upstream.ts'

interface ServiceStatus {
  readonly name: string
  /** What it does, without a subject. */
  readonly purpose: string
  readonly healthy: boolean
  readonly latencyMs: number
  /** Names of the faults that are on. */
  readonly faults: readonly string[]
  /** Why it is not healthy. */
  readonly problem?: string
}

/** Waits `timeout` milliseconds for each answer. */
export function serveStatus(app: FastifyInstance, upstreams: Upstreams, timeout: number): void {
  app.get('/api/status', async () => {
    const [services, queue, alerts] = await Promise.all([
      Promise.all(Object.values(upstreams).map((upstream) => readService(upstream, timeout))),
      readQueue(upstreams.notifier, timeout),
      readAlerts(upstreams.notifier, timeout),
    ])
    const healthy = services.every((service) => service.healthy)
    return { healthy, services, queue, alerts }
  })
}

async function readService(upstream: Upstream, timeout: number): Promise<ServiceStatus> {
  const { name } = upstream
  const { purpose } = serviceNamed(name)
  const start = performance.now()
  const latencyMs = () => Math.round(performance.now() - start)
  try {
    const faults = await upstream.call({ path: '/faults', schema: faultsSchema, timeout, repeatable: false })
    const active = Object.keys(faults).filter((fault) => faults[fault])
    return { name, purpose, healthy: true, latencyMs: latencyMs(), faults: active }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { name, purpose, healthy: false, latencyMs: latencyMs(), faults: [], problem }
  }
}

/** Null where the notifier does not say. */
async function readQueue(notifier: Upstream, timeout: number) {
  return notifier.call({ path: '/queue', schema: queueSchema, timeout, repeatable: false }).catch(() => null)
}

async function readAlerts(notifier: Upstream, timeout: number) {
  return notifier.call({ path: '/alerts', schema: alertsSchema, timeout, repeatable: false }).catch(() => null)
}
