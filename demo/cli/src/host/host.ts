/**
 * What host mode works on: a folder, a shop and an environment; and the question of all its commands, what runs.
 */

import { resolvePorts } from '../machine/ports.ts'
import { isAlive } from '../machine/processes.ts'
import type { ServiceDescription, Shop } from '../shop/description.ts'
import type { StateFile } from './state.ts'

export interface Host {
  /** The folder of everything that is kept between two commands: `.demo`. */
  readonly home: string
  readonly shop: Shop
  readonly env: Readonly<Record<string, string | undefined>>
  /** The program that is `pnpm demo`, which the keeper runs, too. */
  readonly program: string
}

/**
 * The services with the ports that they were started on, whatever the environment says now; where nothing was started,
 * with those that they would get.
 */
export async function describeAsStarted({ shop, env }: Host, state: StateFile): Promise<readonly ServiceDescription[]> {
  const isStarted = Object.keys(state.ports).length > 0
  const ports = isStarted ? { ...shop.ports, ...state.ports } : resolvePorts(shop.ports, env)
  return (await shop.describe({ ports })).services
}

/** The process behind a service, if it lives. */
export async function runningPid({ name, run }: ServiceDescription, state: StateFile): Promise<number | undefined> {
  if (run.kind === 'daemon') return run.pid()
  const record = state.find(name)
  return record && (await isAlive(record)) ? record.pid : undefined
}
