/**
 * Who reaches whom: every address that a workload is given is a Service with that port, open to it and closed to the others.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { servers } from '@demo/shop'
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import type { IService } from 'kubernetes-models/v1'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { buildOverlay, canBuild, type Overlay, overlayNames } from './overlay.ts'
import { isOpen } from './policy.ts'
import { type Workload, workloadNamed, workloadsOf } from './workloads.ts'

const targets = join(import.meta.dirname, '../../prometheus/targets')

interface Address {
  host: string
  port: number
}

/** Addresses of this namespace in the variables of a workload. Those of other namespaces have a dot in the name. */
function addressesOf({ environment }: Workload): Address[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (variable === 'TRACE_PAGE' || !URL.canParse(value) || !value.startsWith('http')) return []
    const { hostname, port } = new URL(value)
    return hostname.includes('.') ? [] : [{ host: hostname, port: Number(port) }]
  })
}

/** The pods behind a Service that has the port. */
function podsBehind(overlay: Overlay, { host, port }: Address): Workload[] {
  const service = overlay.ofKind<IService>('Service').find(({ metadata }) => metadata?.name === host)
  const name = service?.spec?.selector?.['app.kubernetes.io/name']
  if (!service?.spec?.ports?.some((one) => one.port === port)) throw new Error(`No Service ${host} with port ${port}.`)
  return workloadsOf(overlay).filter(({ labels }) => labels['app.kubernetes.io/name'] === name)
}

describe.skipIf(!canBuild).each(overlayNames)('%s (needs kustomize or kubectl on PATH)', async (name) => {
  const overlay = canBuild ? await buildOverlay(name) : undefined
  if (!overlay) return
  const policies = overlay.ofKind<INetworkPolicy>('NetworkPolicy')
  const workloads = workloadsOf(overlay)
  const labelsOf = (workload: string) => workloadNamed(overlay, workload).labels

  test('a pod that no policy names may resolve names, and nothing else, in either direction', () => {
    const everywhere = policies.filter(({ spec }) => Object.keys(spec?.podSelector ?? {}).length === 0)
    const named = (policy: string) => everywhere.find(({ metadata }) => metadata?.name === policy)
    expect(named('deny-by-default')?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    expect(named('dns')?.spec?.egress?.flatMap(({ ports }) => ports)).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ])
    const others = everywhere.map(({ metadata }) => metadata?.name).filter((one) => one !== 'scrapes')
    expect(others.toSorted()).toEqual(['deny-by-default', 'dns'])
  })

  test('every address that a workload is given is open to it', () => {
    const calls = workloads.flatMap((from) => addressesOf(from).map((address) => ({ from, address })))
    expect(calls.length).toBeGreaterThan(8)
    for (const { from, address } of calls) {
      const pods = podsBehind(overlay, address)
      expect(pods.length, address.host).toBeGreaterThan(0)
      for (const to of pods) {
        expect(isOpen(policies, from.labels, to.labels, address.port), `${from.name} to ${address.host}`).toBe(true)
      }
    }
  })

  test('the two tiers of the collector reach each other, and only in this direction', () => {
    expect(isOpen(policies, labelsOf('collector'), labelsOf('sampler'), 4317)).toBe(true)
    expect(isOpen(policies, labelsOf('sampler'), labelsOf('collector'), 4318)).toBe(false)
    expect(isOpen(policies, labelsOf('orders'), labelsOf('sampler'), 4317)).toBe(false)
  })

  test('no workload but Prometheus reaches an admin port, and Alertmanager the one that takes alerts', () => {
    for (const from of workloads.filter((one) => one.name !== 'prometheus')) {
      for (const to of servers) {
        const takesAlerts = from.name === 'alertmanager' && to === 'notifier'
        expect(isOpen(policies, from.labels, labelsOf(to), 9464), `${from.name} to ${to}`).toBe(takesAlerts)
      }
    }
  })

  test('the database is open to its clients alone', () => {
    const database: Record<string, string> =
      name === 'laptop' ? labelsOf('postgres') : { 'cnpg.io/cluster': 'shop-database' }
    const clients = workloads.filter((from) => isOpen(policies, from.labels, database, 5432))
    const expected = workloads.filter(({ environment }) => 'DATABASE_URL_FILE' in environment)
    expect(clients.map((one) => one.name)).toEqual(expected.map((one) => one.name))
    expect(expected).toHaveLength(8)
  })

  test('the way of an order is open, and no shorter one', () => {
    expect(isOpen(policies, labelsOf('orders'), labelsOf('notifier'), 8084)).toBe(false)
    expect(isOpen(policies, labelsOf('payments'), labelsOf('orders'), 8081)).toBe(false)
    expect(isOpen(policies, { app: 'a pod without a policy of its own' }, labelsOf('gateway'), 8080)).toBe(false)
  })
})

describe.skipIf(!canBuild)('laptop (needs kustomize or kubectl on PATH)', () => {
  test('Prometheus reaches every target of the files that Compose has', async () => {
    const overlay = await buildOverlay('laptop')
    const policies = overlay.ofKind<INetworkPolicy>('NetworkPolicy')
    const { labels } = workloadNamed(overlay, 'prometheus')
    const groups: { targets: string[] }[] = ['alertmanagers', 'backends', 'services', 'spanmetrics'].flatMap((file) =>
      parse(readFileSync(join(targets, `${file}.yml`), 'utf8')),
    )
    const addresses = groups.flatMap((group) => group.targets)
    expect(addresses).toHaveLength(12)
    for (const address of addresses) {
      const { hostname, port } = new URL(`http://${address}`)
      const pods = podsBehind(overlay, { host: hostname, port: Number(port) })
      expect(pods, address).toHaveLength(1)
      for (const to of pods) expect(isOpen(policies, labels, to.labels, Number(port)), address).toBe(true)
    }
  })
})
