/**
 * The services in both overlays: probed, bounded, confined and stopped as the programs themselves want it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseClients, servers } from '@demo/shop'
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1'
import type { IService } from 'kubernetes-models/v1'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { buildOverlay, canBuild, overlayNames } from './overlay.ts'
import { workloadNamed, workloadsOf } from './workloads.ts'

const root = join(import.meta.dirname, '../../..')
const compose = parse(readFileSync(join(root, 'ops/compose.yaml'), 'utf8'), { merge: true })

/** All that the sources of a service, of its chassis and of the library say: the names of their variables among them. */
function sourcesOf(service: string): string {
  const folders = [`demo/${service}/src`, 'demo/chassis/src', 'packages/observe/src/settings']
  return folders.flatMap((folder) => filesIn(join(root, folder)).map((path) => readFileSync(path, 'utf8'))).join('\n')
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return entries.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => join(folder, name))
}

function seconds(text: string): number {
  return Number(/^(\d+)s$/.exec(text)?.[1])
}

describe.skipIf(!canBuild).each(overlayNames)('%s (needs kustomize or kubectl on PATH)', async (name) => {
  const overlay = canBuild ? await buildOverlay(name) : undefined
  if (!overlay) return
  const workloads = workloadsOf(overlay)

  test.each(servers)('%s is probed on the admin port, as the library means it', (service) => {
    const { startupProbe, livenessProbe, readinessProbe, ports } = workloadNamed(overlay, service).container
    expect(startupProbe?.httpGet).toEqual({ path: '/healthz', port: 'admin' })
    expect(livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'admin' })
    expect(readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'admin' })
    expect(readinessProbe?.timeoutSeconds).toBeGreaterThan(3)
    expect(ports).toContainEqual({ name: 'admin', containerPort: 9464 })
  })

  test.each(servers)('%s listens where its Service and Compose have it', (service) => {
    const { container, environment } = workloadNamed(overlay, service)
    const port = Number(environment.PORT)
    const inCompose = compose.services[service].ports[0].split(':').at(-1)
    const object = overlay.ofKind<IService>('Service').find(({ metadata }) => metadata?.name === service)
    expect(String(port)).toBe(inCompose)
    expect(container.ports).toContainEqual({ name: 'http', containerPort: port })
    expect(object?.spec?.ports).toContainEqual({ name: 'http', port, targetPort: 'http' })
    expect(sourcesOf(service)).toContain(`listening('${service}')`)
  })

  test.each(servers)('%s may take as long to stop as in Compose, after its notice', (service) => {
    const { pod, container } = workloadNamed(overlay, service)
    const notice = container.lifecycle?.preStop?.sleep?.seconds ?? 0
    expect(notice).toBeGreaterThanOrEqual(5)
    expect(pod.terminationGracePeriodSeconds).toBe(notice + seconds(compose.services[service].stop_grace_period))
  })

  test.each(servers)('%s is drained one pod at a time', (service) => {
    const budgets = overlay.ofKind<IPodDisruptionBudget>('PodDisruptionBudget')
    const own = budgets.find(({ spec }) => spec?.selector?.matchLabels?.['app.kubernetes.io/name'] === service)
    expect(own?.spec?.maxUnavailable).toBe(1)
    expect(workloadNamed(overlay, service).pod.topologySpreadConstraints).toHaveLength(2)
  })

  test.each(servers)('%s is given only variables that it reads', (service) => {
    const { environment } = workloadNamed(overlay, service)
    const sources = sourcesOf(service)
    const values = Object.values(environment)
    const unknown = Object.keys(environment).filter((variable) => {
      const isPart = values.some((value) => value.includes(`$(${variable})`))
      const isShared = variable === 'TRACE_PAGE' || variable === 'NODE_OPTIONS'
      return !isPart && !isShared && !sources.includes(variable.replace(/_FILE$/, ''))
    })
    expect(unknown).toEqual([])
  })

  test('every pod is bounded and confined, with a user by number', () => {
    for (const { name: workload, pod, container } of workloads) {
      expect(container.resources, workload).toEqual({
        requests: { cpu: expect.anything(), memory: expect.any(String) },
        limits: { cpu: expect.anything(), memory: expect.any(String) },
      })
      expect(pod, workload).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: expect.any(Number),
          seccompProfile: { type: 'RuntimeDefault' },
        },
      })
      expect(container.securityContext, workload).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  })

  test('each service with a database has a migration of the same image', () => {
    const migrations = workloads.filter(({ kind }) => kind === 'Job')
    const expected = databaseClients
    expect(migrations.map(({ name: job }) => job).toSorted()).toEqual(
      expected.map((one) => `${one}-migration`).toSorted(),
    )
    for (const { name: job, container } of migrations) {
      expect(container.image).toBe(workloadNamed(overlay, job.replace('-migration', '')).container.image)
      expect(container.args).toEqual(compose.services[job].command)
    }
  })

  test('every image is one that Compose has, or the collector', () => {
    const known = Object.values<{ image: string }>(compose.services).map(({ image }) =>
      image.replace(/^\$\{COMPOSE_PROJECT_NAME\}/, 'observe-kit'),
    )
    const local = workloads.map(({ container }) => container.image?.replace(/^ghcr\.io\/example\/(.*):r1$/, '$1:dev'))
    const others = local.filter((image) => !known.includes(image ?? ''))
    expect([...new Set(others)]).toEqual(['otel/opentelemetry-collector-contrib:0.165.1'])
  })

  test('no secret is in it', () => {
    expect(overlay.ofKind('Secret')).toEqual([])
  })
})
