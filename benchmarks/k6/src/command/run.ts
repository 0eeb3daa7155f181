/**
 * One run from its beginning to its record: checks first, then the load, then everything that was measured meanwhile, in one folder.
 */
import { rm } from 'node:fs/promises'
import { findTool } from '@ops/tools'
import { load } from '../measure/load.ts'
import { makeFolder, RUNS, writeRecord } from '../record/folder.ts'
import { isBalanced, Shop } from '../shop.ts'
import { collect } from './collect.ts'
import { printSummary } from './print.ts'
import { checkTarget } from './target.ts'

export interface RunOptions {
  scenario: string
  rate?: number
  duration?: number
  target?: string
  name?: string
  andIMay?: string
  /** Folder in which the folder of the run is made. */
  runs?: string
}

/** Returns the exit code: k6's own, or 1 where the books of the shop do not balance. */
export async function run(options: RunOptions): Promise<number> {
  const { scenario, rate, duration, name, runs = RUNS } = options
  const given = options.target === undefined ? undefined : checkTarget(options.target, options.andIMay)
  const k6 = await findTool('k6')
  if (k6 === undefined) {
    throw new Error('There is no k6 on this machine. Run `pnpm tools k6` (it needs Go), or put k6 on the PATH.')
  }
  const startedAt = new Date().toISOString()
  const id = [startedAt.slice(0, 19).replaceAll(':', ''), scenario, ...(name === undefined ? [] : [name])].join('-')
  const folder = await makeFolder(id, runs)
  const shop = given ? undefined : await Shop.running()
  const target = { url: given?.href.replace(/\/$/, '') ?? shop?.url ?? '', kind: given ? 'url' : 'shop' } as const
  const booksBefore = await shop?.books()
  const loaded = await load({
    k6: k6.path,
    scenario,
    folder,
    env: {
      TARGET_URL: target.url,
      TARGET_KIND: target.kind,
      ...(rate !== undefined && { RATE: String(rate) }),
      ...(duration !== undefined && { SECONDS: String(duration) }),
    },
    watched: shop?.watched ?? [{ name: 'target', health: target.url }],
  })
  process.stderr.write('Collecting what was measured.\n')
  const settings = {
    id,
    name: name ?? null,
    scenario,
    rate: rate ?? null,
    seconds: duration ?? null,
    target,
    startedAt,
  }
  const record = await collect({ settings, loaded, folder, shop, booksBefore, k6: k6.version })
  await writeRecord(folder, record)
  // Many times as large as all that was made of it.
  await rm(loaded.samplesFile, { force: true })
  printSummary(record, folder)
  const { books } = record.run
  return loaded.exitCode || (books && !isBalanced(books) ? 1 : 0)
}
