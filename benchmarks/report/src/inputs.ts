/**
 * What the report is made of: runs, sorted by what they are for, and the committed results of `pnpm bench overhead`.
 */
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type KeptRun, readRun, runIds } from '@lab/bench-k6/folder'

const root = join(import.meta.dirname, '../../..')
const OVERHEAD = join(root, 'benchmarks/overhead')

/** Runs that are committed with the report. */
export const STORED = join(import.meta.dirname, '../runs')

export interface Inputs {
  /** Runs of scenarios, not of a comparison. */
  scenarios: KeptRun[]
  /** Runs of `pnpm bench weaknesses` by the name of their side. */
  sides: ReadonlyMap<string, KeptRun[]>
  /** What the library costs a request, as the table of its README has it; undefined where there is none. */
  overhead: { table: string; svg: string } | undefined
}

/** @param names ids of runs, all in the folder by default */
export async function readInputs(folder: string, names: readonly string[]): Promise<Inputs> {
  const ids = names.length > 0 ? names : await runIds(folder)
  if (ids.length === 0) throw new Error(`There are no runs in ${folder}. \`pnpm bench k6 load\` makes one.`)
  const runs = await Promise.all(ids.map((id) => readRun(id, folder)))
  const sides = new Map<string, KeptRun[]>()
  for (const one of runs) {
    const { name } = one.run
    if (name !== null && /^(?:adjusted|weak-)/.test(name)) sides.set(name, [...(sides.get(name) ?? []), one])
  }
  return { scenarios: runs.filter(({ run }) => !sides.has(run.name ?? '')), sides, overhead: await readOverhead() }
}

/** The path of a file of a run, from the root of the repository. */
export function fileOf({ folder }: KeptRun, part: 'run' | 'client' | 'server' | 'requests'): string {
  return join(relative(root, folder), `${part}.json`)
}

async function readOverhead(): Promise<Inputs['overhead']> {
  const text = await readFile(join(OVERHEAD, 'README.md'), 'utf8').catch(() => '')
  const svg = await readFile(join(OVERHEAD, 'overhead.svg'), 'utf8').catch(() => '')
  const table = /(?:^\|.*\n)+/m.exec(text)?.[0]
  return table && svg ? { table: table.trim(), svg } : undefined
}
