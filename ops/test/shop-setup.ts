/**
 * Decides, before any file of the suite runs, which shop is tested, and stops after the last one what was started for it.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPorts } from '@demo/cli'
import getPort, { portNumbers } from 'get-port'
import type { TestProject } from 'vitest/node'
import { demo, type Environment, readStatus } from './shop.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The environment in which `pnpm demo` finds the shop, and whether it was chosen for these tests. */
    shop: { env: Environment; isOurs: boolean }
  }
}

let ours: { readonly home: string; readonly env: Environment } | undefined

export async function setup({ provide }: TestProject): Promise<void> {
  const { services } = await readStatus({})
  if (!services.some(({ healthy }) => healthy)) ours = await chooseOwn()
  provide('shop', { env: ours?.env ?? {}, isOurs: ours !== undefined })
}

export async function teardown(): Promise<void> {
  if (!ours) return
  await demo(ours.env, 'down')
  await rm(ours.home, { recursive: true, force: true })
}

async function chooseOwn() {
  const home = await mkdtemp(join(tmpdir(), 'shop-'))
  const env: Record<string, string> = { DEMO_HOME: home }
  for (const variable of Object.keys(defaultPorts)) env[variable] = String(await freePort())
  return { home, env }
}

/** Apart from those that the stacks of single files take, which come and go while the shop runs. */
function freePort(): Promise<number> {
  return getPort({ port: portNumbers(24_000, 26_000) })
}
