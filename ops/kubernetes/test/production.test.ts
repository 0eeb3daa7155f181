/**
 * What only production has: rules of the operator that are those of Prometheus, autoscalers on metrics that exist, and a
 * database with connections for all.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseClients, servers } from '@demo/shop'
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import type { IService } from 'kubernetes-models/v1'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dashboardsComponent } from '../src/dashboards.ts'
import { prometheusRules } from '../src/rules.ts'
import { buildOverlay, canBuild } from './overlay.ts'

const root = join(import.meta.dirname, '../../..')

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

test('the dashboards of both overlays are those of ops/grafana', () => {
  const { path, text } = dashboardsComponent()
  expect(readFileSync(path, 'utf8') === text, `${path}: run pnpm --filter @ops/kubernetes run generate`).toBe(true)
})

test.each(prometheusRules())('$path is generated, and in the overlay', ({ path, text }) => {
  expect(readFileSync(path, 'utf8')).toBe(text)
  const { resources } = parse(read('ops/kubernetes/production/kustomization.yaml'))
  expect(resources).toContain(`rules/${path.split('/').at(-1)}`)
})

describe.skipIf(!canBuild)('production (needs kustomize or kubectl on PATH)', async () => {
  const overlay = canBuild ? await buildOverlay('production') : undefined
  if (!overlay) return
  const autoscalers = overlay.ofKind<IHorizontalPodAutoscaler>('HorizontalPodAutoscaler')

  test('every autoscaler uses metrics of the library, which prometheus-adapter serves', () => {
    const adapter = parse(read('ops/kubernetes/production/values/prometheus-adapter.yaml'))
    const served: string[] = adapter.rules.custom.map((rule: { name: { as: string } }) => rule.name.as)
    const reference = read('packages/observe/docs/reference.md')
    expect(autoscalers.map(({ metadata }) => metadata?.name)).toEqual(['gateway', 'inventory', 'orders', 'payments'])
    for (const { spec } of autoscalers) {
      const metrics = (spec?.metrics ?? []).map(({ pods }) => pods?.metric.name ?? '')
      expect(metrics).toEqual(['nodejs_eventloop_utilization_ratio', 'http_server_active_requests'])
      for (const metric of metrics) {
        expect(served).toContain(metric)
        expect(reference).toContain(`\`${metric}\``)
      }
      expect(spec?.minReplicas).toBeGreaterThanOrEqual(2)
    }
  })

  test('the monitor of the services finds the five, and names each job after its service', () => {
    const monitor = overlay
      .ofKind<IServiceMonitor>('ServiceMonitor')
      .find(({ metadata }) => metadata?.name === 'services')
    const { selector, endpoints, jobLabel = '' } = monitor?.spec ?? {}
    const wanted = Object.entries(selector?.matchLabels ?? {})
    const found = overlay.ofKind<IService>('Service').filter(({ metadata, spec }) => {
      const hasPort = spec?.ports?.some(({ name }) => name === endpoints?.[0]?.port)
      return hasPort && wanted.every(([label, value]) => metadata?.labels?.[label] === value)
    })
    expect(found.map(({ metadata }) => metadata?.labels?.[jobLabel]).toSorted()).toEqual(servers.toSorted())
  })

  test('the database has a connection for every pod at its largest, and one more of each in a roll-out', () => {
    const poolSize = Number(/POOL_SIZE = (\d+)/.exec(read('demo/chassis/src/database.ts'))?.[1])
    const queueSize = Number(/max: (\d+)/.exec(read('demo/notifier/src/worker.ts'))?.[1])
    // Orders queues with its own pool. The notifier's queue has a pool, and a connection that listens for new receipts.
    const queue: Record<string, number> = { notifier: queueSize + 1 }
    const needed = databaseClients.map((name) => {
      const own = autoscalers.find(({ metadata }) => metadata?.name === name)
      return ((own?.spec?.maxReplicas ?? 1) + 1) * (poolSize + (queue[name] ?? 0))
    })
    const [cluster] = overlay.ofKind<{ spec: { postgresql: { parameters: Record<string, string> } } }>('Cluster')
    const connections = Number(cluster?.spec.postgresql.parameters.max_connections)
    const total = needed.reduce((sum, each) => sum + each, 0)
    expect(total).toBeGreaterThan(200)
    // Migrations, the operator and a person at the console.
    expect(connections).toBeGreaterThanOrEqual(total + 20)
  })
})
