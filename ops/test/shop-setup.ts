/**
 * Decides, before any file of the suite runs, which shop is tested, and stops after the last one what was started for it.
 */

import { rm } from 'node:fs/promises'
import { type OwnShop, ownShop } from '@lab/test-kit/own-shop'
import type { TestProject } from 'vitest/node'
import { demo, type Environment, readStatus } from './shop.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The environment in which `pnpm demo` finds the shop, and whether it was chosen for these tests. */
    shop: { env: Environment; isOurs: boolean }
  }
}

let ours: OwnShop | undefined

export async function setup({ provide }: TestProject): Promise<void> {
  const { services } = await readStatus({})
  if (!services.some(({ healthy }) => healthy)) ours = await ownShop()
  provide('shop', { env: ours?.env ?? {}, isOurs: ours !== undefined })
}

export async function teardown(): Promise<void> {
  if (!ours) return
  await demo(ours.env, 'down')
  await rm(ours.home, { recursive: true, force: true })
}
