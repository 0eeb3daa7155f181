/**
 * Room for a shop next to any other on this machine: a home and free ports, as the environment in which `pnpm demo` runs.
 */

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPorts } from '@demo/cli'
import { freePort } from './free-port.ts'

export interface OwnShop {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

export async function ownShop(): Promise<OwnShop> {
  const home = await mkdtemp(join(tmpdir(), 'shop-'))
  const env: Record<string, string> = { DEMO_HOME: home }
  for (const variable of [...Object.keys(defaultPorts), 'DEMO_GRAFANA_PORT']) env[variable] = String(await freePort())
  return { home, env }
}
