/**
 * Builds a tool into the cache of this user. A build happens in a folder of its own and is renamed when it is complete:
 * whatever interrupts it, the cache holds whole builds only.
 */

import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Tool } from '../catalog/catalog.ts'
import { buildFolder, defaultPlaces, isExecutable, type Places } from '../find/find.ts'
import { build, requireGo, stalePackages } from './go.ts'
import { withLock } from './lock.ts'

export { BuildError } from './go.ts'

export type Progress =
  | { readonly step: 'waiting' | 'downloading' | 'linking' }
  | { readonly step: 'compiling'; readonly done: number; readonly of: number }

export interface BuildOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  readonly places?: Places
}

const unfinished = '.unfinished-'

/** Builds the tool unless that was done already. Throws a BuildError that says what to do. */
export async function buildTool(
  tool: Tool,
  { signal, onProgress, places = defaultPlaces() }: BuildOptions,
): Promise<void> {
  const target = await buildFolder(tool, places.cache)
  const onWait = () => onProgress({ step: 'waiting' })
  await withLock(places.cache, { signal, onWait }, async () => {
    if (await isExecutable(target)) return
    await removeUnfinished(places.cache)
    await requireGo(tool)
    const folder = join(places.cache, `${unfinished}${basename(target)}`)
    try {
      await mkdir(folder)
      await compile(tool, folder, { signal, onProgress })
      await rename(folder, target)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

async function compile(tool: Tool, folder: string, { signal, onProgress }: BuildOptions): Promise<void> {
  onProgress({ step: 'downloading' })
  const stale = await stalePackages(tool, signal)
  const compiled = new Set<string>()
  const report = () => onProgress(compiled.size < stale.size ? compiling(compiled, stale) : { step: 'linking' })
  report()
  await build(tool, folder, {
    signal,
    onPackage(name) {
      if (!stale.has(name)) return
      compiled.add(name)
      report()
    },
  })
}

function compiling(compiled: ReadonlySet<string>, stale: ReadonlySet<string>): Progress {
  return { step: 'compiling', done: compiled.size, of: stale.size }
}

/** What a build that was killed left behind; the holder of the lock knows that no build uses it. */
async function removeUnfinished(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(unfinished))
  await Promise.all(names.map((name) => rm(join(cache, name), { recursive: true, force: true })))
}
