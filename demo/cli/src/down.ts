/**
 * `pnpm demo down`: stops everything that an `up` started, also one that was killed half-way or ran before a reboot.
 */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceDescription } from './description.ts'
import { describeAsStarted, type Host } from './host.ts'
import { withLock } from './lock.ts'
import type { DownReport } from './mode.ts'
import { stop } from './processes.ts'
import { StateFile } from './state.ts'
import { stopWithProgress } from './stop.ts'

export async function down(host: Host, { reset }: { reset: boolean }): Promise<DownReport> {
  return withLock(host.home, new AbortController().signal, async () => {
    const state = await StateFile.read(host.home)
    const services = await describeAsStarted(host, state)
    const stopped = await stopWithProgress(services, state)
    await stopUndescribed(services, state)
    await state.clear()
    const data = services.flatMap((service) => service.data ?? [])
    if (reset)
      for (const folder of [...data, join(host.home, 'logs')]) await rm(folder, { recursive: true, force: true })
    return { stopped }
  })
}

/** A process that an older version of the shop had and this one does not. */
async function stopUndescribed(services: readonly ServiceDescription[], state: StateFile): Promise<void> {
  const names = new Set(services.map(({ name }) => name))
  await Promise.all(state.processes.filter(({ name }) => !names.has(name)).map((record) => stop(record, 10_000)))
}
