/**
 * Host mode: the shop as processes of this machine, with its state in `.demo`. Needs nothing but Node.js.
 */

import { LogFile } from '../logs/log-file.ts'
import { measure, memoryMeasure } from '../machine/usage.ts'
import type { Health, LogSource, MeasuredStatus, Mode, ServiceStatus } from '../modes/mode.ts'
import type { ServiceDescription } from '../shop/description.ts'
import { whyUnhealthy } from '../shop/health.ts'
import { down } from './down.ts'
import { describeAsStarted, type Host, runningPid } from './host.ts'
import { keep } from './keeper.ts'
import { StateFile } from './state.ts'
import { up } from './up.ts'

/** Milliseconds that the processors are watched for the figures of `status`. */
const measuringTime = 1000

export function createHostMode(host: Host): Mode {
  return {
    name: 'host',
    memoryMeasure,
    isInUse: () => isInUse(host),
    whyNot: async () => undefined,
    up: (signal) => up(host, signal),
    down: (options) => down(host, options),
    status: () => status(host),
    measure: measureStatuses,
    logs: () => logs(host),
    keep: (signal) => keep(host, signal),
  }
}

async function isInUse(host: Host): Promise<boolean> {
  const state = await StateFile.read(host.home)
  const services = await describeAsStarted(host, state)
  const pids = await Promise.all(services.map((service) => runningPid(service, state)))
  return pids.some((pid) => pid !== undefined)
}

async function status(host: Host): Promise<ServiceStatus[]> {
  const state = await StateFile.read(host.home)
  const services = await describeAsStarted(host, state)
  return Promise.all(
    services.map(async (service) => {
      const { name, kind, purpose, url, hasPage = false, metrics } = service
      const pid = await runningPid(service, state)
      const { restarts: count = 0, givenUp = false } = state.find(name) ?? {}
      const health = await healthOf(service, pid)
      return {
        name,
        kind,
        purpose,
        url,
        hasPage,
        metrics,
        pid,
        health,
        ...(count > 0 && { restarts: { count, givenUp } }),
      }
    }),
  )
}

async function healthOf(service: ServiceDescription, pid: number | undefined): Promise<Health> {
  if (pid === undefined) return { state: 'stopped' }
  const reason = await whyUnhealthy(service)
  return reason === undefined ? { state: 'healthy' } : { state: 'unhealthy', reason }
}

async function measureStatuses(statuses: readonly ServiceStatus[]): Promise<MeasuredStatus[]> {
  const pids = statuses.flatMap(({ pid }) => pid ?? [])
  const usages = pids.length > 0 ? await measure(pids, measuringTime) : new Map()
  return statuses.map((service) => ({ ...service, usage: usages.get(service.pid) }))
}

async function logs(host: Host): Promise<LogSource[]> {
  const services = await describeAsStarted(host, await StateFile.read(host.home))
  return services.map(({ name, log }) => ({ service: name, open: () => new LogFile(log) }))
}
