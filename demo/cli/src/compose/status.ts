/**
 * What Compose runs, in the terms of `pnpm demo status`: the labels of ops/compose.yaml say what a service is for and where
 * it is reached, its container whether it is healthy.
 */

import { z } from 'zod'
import type { Usage } from '../machine/usage.ts'
import type { Health, MeasuredStatus, ServiceStatus } from '../modes/mode.ts'
import { type Container, listContainers } from './container.ts'
import { whyIll } from './diagnosis.ts'
import { dockerOutput } from './docker.ts'
import { type Project, shownServices } from './project.ts'

export async function status(project: Project): Promise<ServiceStatus[]> {
  const model = await project.model()
  const containers = await listContainers(model.name)
  return shownServices(model).map((name) => {
    const labels = model.services[name]?.labels ?? {}
    return {
      name,
      kind: labels['shop.kind'] === 'service' ? 'service' : 'backend',
      purpose: labels['shop.purpose'] ?? '',
      url: labels['shop.page'] ?? labels['shop.api'],
      hasPage: labels['shop.page'] !== undefined,
      metrics: labels['shop.metrics'],
      health: healthOf(containers.find(({ service }) => service === name)),
      pid: undefined,
    }
  })
}

function healthOf(container: Container | undefined): Health {
  if (!container || container.state === 'exited' || container.state === 'created') return { state: 'stopped' }
  if (container.state === 'running' && container.health === 'healthy') return { state: 'healthy' }
  return { state: 'unhealthy', reason: whyIll(container) ?? `it is ${container.health ?? container.state}` }
}

const statsSchema = z.object({ ID: z.string(), CPUPerc: z.string(), MemUsage: z.string() })

/** What the figures of memory are: the engine's, of the container without the file cache that could be dropped. */
export const memoryMeasure = 'container'

export async function measure(project: Project, statuses: readonly ServiceStatus[]): Promise<MeasuredStatus[]> {
  const containers = await listContainers((await project.model()).name)
  const running = containers.filter(({ state }) => state === 'running')
  const usages = running.length > 0 ? await readUsages(running) : new Map<string, Usage>()
  return statuses.map((one) => ({ ...one, usage: usages.get(one.name) }))
}

async function readUsages(containers: readonly Container[]): Promise<Map<string, Usage>> {
  const ids = containers.map(({ id }) => id)
  const output = await dockerOutput(['stats', '--no-stream', '--no-trunc', '--format', 'json', ...ids])
  const rows = output.split('\n').map((line) => statsSchema.parse(JSON.parse(line)))
  return new Map(
    rows.flatMap(({ ID, CPUPerc, MemUsage }): [string, Usage][] => {
      const service = containers.find(({ id }) => id === ID)?.service
      const usage = { memoryBytes: parseBytes(MemUsage), cpu: Number.parseFloat(CPUPerc) / 100 }
      return service ? [[service, usage]] : []
    }),
  )
}

const units = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** Of `45.3MiB / 192MiB` the first. */
function parseBytes(text: string): number {
  const [, amount, unit] = /^([\d.]+)(B|KiB|MiB|GiB)/.exec(text) ?? []
  return Object.entries(units).reduce((bytes, [name, size]) => (name === unit ? Number(amount) * size : bytes), 0)
}
