/**
 * The keeper as a process: `up` starts it when the shop runs, `down` stops it before anything else.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launch, stop } from '../machine/processes.ts'
import type { Host } from './host.ts'
import type { StateFile } from './state.ts'

/** Milliseconds; it may be in the middle of a restart. */
const stopWithin = 20_000
/** It does little, and V8 would take what the machine has. */
const smallHeap = ['--max-old-space-size=64', '--max-semi-space-size=1']

/** Where the keeper says what it did. */
export function keeperLog(home: string): string {
  return join(home, 'logs', 'keeper.log')
}

export async function startKeeper({ home, program }: Host, state: StateFile): Promise<void> {
  const log = keeperLog(home)
  await mkdir(join(home, 'logs'), { recursive: true })
  const command = [process.execPath, ...smallHeap, program, 'keep'] as const
  const launched = await launch({ command: [...command], cwd: '/', env: {}, log }, (ref) => state.setKeeper(ref))
  launched.leave()
}

export async function stopKeeper({ keeper }: StateFile): Promise<void> {
  if (keeper) await stop(keeper, stopWithin)
}
