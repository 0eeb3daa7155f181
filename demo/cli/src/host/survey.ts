/**
 * Looks at what runs already, so that `up` starts only what is missing, unhealthy or out of date.
 */

import { requireFree } from '../machine/ports.ts'
import type { ServiceDescription } from '../shop/description.ts'
import { whyUnhealthy } from '../shop/health.ts'
import { runningPid } from './host.ts'
import { fingerprintOf } from './start.ts'
import type { StateFile } from './state.ts'

/** The services that do not run as described, and so have to be started. */
export async function findMissing(
  services: readonly ServiceDescription[],
  state: StateFile,
  buildStamp: string,
): Promise<ServiceDescription[]> {
  const runs = await Promise.all(services.map((service) => runsAsDescribed(service, state, buildStamp)))
  return services.filter((_, index) => !runs[index])
}

async function runsAsDescribed(service: ServiceDescription, state: StateFile, buildStamp: string): Promise<boolean> {
  if ((await runningPid(service, state)) === undefined) return false
  if (service.run.kind === 'program' && state.find(service.name)?.fingerprint !== fingerprintOf(service, buildStamp)) {
    return false
  }
  return (await whyUnhealthy(service)) === undefined
}

/** Throws unless every port is free, or held by the service that it belongs to. */
export async function requireFreePorts(services: readonly ServiceDescription[], state: StateFile): Promise<void> {
  const needed = await Promise.all(
    services.map(async (service) => {
      const ours = (await runningPid(service, state)) !== undefined
      return service.ports.filter(({ variable, port }) => !(ours && state.ports[variable] === port))
    }),
  )
  await requireFree(needed.flat())
}
