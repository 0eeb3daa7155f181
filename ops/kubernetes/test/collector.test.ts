/**
 * The configurations of the collector's two tiers, as far as that can be seen without the program: whole pipelines, addresses and
 * variables that exist in the overlays, limits that fit the pods.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IService } from 'kubernetes-models/v1'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { buildOverlay, canBuild, overlayNames } from './overlay.ts'
import { workloadNamed } from './workloads.ts'

const MIB = { Mi: 1, Gi: 1024 }

function textOf(tier: string): string {
  return readFileSync(join(import.meta.dirname, `../collector/${tier}.config.yaml`), 'utf8')
}

function mebibytes(quantity: unknown): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)B?$/.exec(String(quantity)) ?? []
  return Number(amount) * MIB[unit === 'Gi' ? 'Gi' : 'Mi']
}

test.each(['collector', 'sampler'])('%s: every component of a pipeline is configured, and none without use', (tier) => {
  const config = parse(textOf(tier))
  const pipelines: Record<string, string[]>[] = Object.values(config.service.pipelines)
  for (const kind of ['receivers', 'processors', 'exporters']) {
    const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind] ?? []))
    expect([...used].toSorted(), kind).toEqual(Object.keys(config[kind]).toSorted())
  }
  expect(config.service.extensions.toSorted()).toEqual(Object.keys(config.extensions).toSorted())
  for (const { processors } of pipelines) expect(processors?.[0]).toBe('memory_limiter')
})

test('traces that failed or were slow are kept, whatever the share of the others', () => {
  const { policies, decision_wait: wait } = parse(textOf('sampler')).processors.tail_sampling
  expect(policies).toContainEqual({ name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } })
  expect(policies).toContainEqual({ name: 'slow', type: 'latency', latency: { threshold_ms: 1000 } })
  expect(policies).toHaveLength(3)
  expect(wait).toBe('15s')
})

test('the first tier keeps nothing: what is refused behind it is refused to the service', () => {
  const { loadbalancing, otlp } = parse(textOf('collector')).exporters
  for (const exporter of [loadbalancing.protocol.otlp, otlp]) {
    expect(exporter.sending_queue).toEqual({ enabled: false })
    expect(exporter.retry_on_failure).toEqual({ enabled: false })
  }
})

test('what waits for the stores is on disk, and tried without an end', () => {
  const { exporters, extensions } = parse(textOf('sampler'))
  expect(Object.keys(exporters)).toEqual(['otlphttp/traces', 'otlphttp/logs'])
  for (const exporter of ['otlphttp/traces', 'otlphttp/logs']) {
    const { sending_queue: queue, retry_on_failure: retry } = exporters[exporter]
    expect(Object.keys(extensions)).toContain(queue.storage)
    expect(retry.max_elapsed_time).toBe('0s')
  }
})

describe.skipIf(!canBuild).each(overlayNames)('%s (needs kustomize or kubectl on PATH)', async (name) => {
  const overlay = canBuild ? await buildOverlay(name) : undefined
  if (!overlay) return

  test('the first tier balances over the pods of the second', () => {
    const { loadbalancing } = parse(textOf('collector')).exporters
    const { hostname, port } = loadbalancing.resolver.dns
    const service = overlay.ofKind<IService>('Service').find(({ metadata }) => metadata?.name === hostname)
    expect(loadbalancing.routing_key).toBe('traceID')
    expect(service?.spec?.clusterIP).toBe('None')
    expect(service?.spec?.ports).toContainEqual({ name: 'otlp-grpc', port: Number(port), targetPort: 'otlp-grpc' })
  })

  test('every variable of the second tier has a value', () => {
    const names = Array.from(textOf('sampler').matchAll(/\$\{env:(\w+)\}/g), ([, variable]) => variable)
    const { environment } = workloadNamed(overlay, 'sampler')
    expect(names.toSorted()).toEqual(['LOGS_ENDPOINT', 'ORDINARY_PERCENT', 'TRACES_ENDPOINT'])
    expect(environment).toMatchObject(
      Object.fromEntries(names.map((variable) => [variable, expect.stringMatching(/./)])),
    )
  })

  test.each(['collector', 'sampler'])(
    '%s collects garbage before it refuses, and refuses before it is killed',
    (tier) => {
      const { container, environment } = workloadNamed(overlay, tier)
      const { limit_percentage: limit, spike_limit_percentage: spike } = parse(textOf(tier)).processors.memory_limiter
      const refusesAt = (mebibytes(container.resources?.limits?.memory) * (limit - spike)) / 100
      expect(mebibytes(environment.GOMEMLIMIT)).toBeGreaterThan(200)
      expect(mebibytes(environment.GOMEMLIMIT)).toBeLessThan(refusesAt)
      expect(limit).toBeLessThan(90)
    },
  )
})
