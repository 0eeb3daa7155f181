/**
 * `pnpm demo down`: stops everything that an `up` started, also one that was killed half-way or ran before a reboot.
 */

import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../machine/lock.ts'
import { stop } from '../machine/processes.ts'
import type { DownOptions, DownReport, Reset } from '../modes/mode.ts'
import type { ServiceDescription } from '../shop/description.ts'
import { Failure } from '../terminal/failure.ts'
import { didYouMean } from '../terminal/similar.ts'
import { describeAsStarted, type Host } from './host.ts'
import { stopKeeper } from './keeper-process.ts'
import { StateFile } from './state.ts'
import { stopWithProgress } from './stop.ts'

export async function down(host: Host, { reset, signal }: DownOptions): Promise<DownReport> {
  // A home that is not there keeps nothing and has nothing running; making it would only leave a trace.
  if (!(await exists(host.home))) return { stopped: [] }
  return withLock(host.home, signal, async () => {
    const state = await StateFile.read(host.home)
    const services = await describeAsStarted(host, state)
    const folders = foldersOf(reset, services, host.home)
    await stopKeeper(state)
    const stopped = await stopWithProgress(services, state)
    await stopUndescribed(services, state)
    await state.clear()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
    return { stopped }
  })
}

/** What a reset deletes. Throws for the name of what keeps nothing, before anything is stopped. */
function foldersOf(reset: Reset, services: readonly ServiceDescription[], home: string): string[] {
  if (reset === 'nothing') return []
  const keepers = services.flatMap(({ name, data }) => (data === undefined ? [] : [{ name, data }]))
  if (reset === 'everything') return [...keepers.map(({ data }) => data), join(home, 'logs')]
  const keeper = keepers.find(({ name }) => name === reset.only)
  if (keeper) return [keeper.data]
  const names = keepers.map(({ name }) => name)
  const listed = names.map((name) => `  ${name}`).join('\n')
  throw new Failure(
    `Nothing called "${reset.only}" keeps data here.${didYouMean(reset.only, names)} These do:\n\n${listed}`,
    { exitCode: 2 },
  )
}

/** A process that an older version of the shop had and this one does not. */
async function stopUndescribed(services: readonly ServiceDescription[], state: StateFile): Promise<void> {
  const names = new Set(services.map(({ name }) => name))
  await Promise.all(state.processes.filter(({ name }) => !names.has(name)).map((record) => stop(record, 10_000)))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
