/**
 * Which runs are on which side. A side names runs by id, by folder, or by the name that `pnpm bench k6 --name` gave to several.
 */
import { type KeptRun, readRun, runIds } from '@lab/bench-k6/folder'

export interface Sides {
  before: KeptRun[]
  after: KeptRun[]
  /** What a reader should know before the figures. */
  warnings: string[]
}

/** `A B`, or `A1 A2 vs B1 B2`. Throws a message for the user where they cannot be compared. */
export async function sidesOf(names: readonly string[], runs?: string): Promise<Sides> {
  const at = names.indexOf('vs')
  const [one, other] = at < 0 ? [names.slice(0, 1), names.slice(1)] : [names.slice(0, at), names.slice(at + 1)]
  if (one.length === 0 || other.length === 0 || (at < 0 && names.length !== 2)) {
    throw new Error('Give two runs, or several a side: `pnpm bench compare A1 A2 vs B1 B2`.')
  }
  const [before, after] = [await resolve(one, runs), await resolve(other, runs)]
  const all = [...before, ...after]
  const loads = new Set(all.map(({ run }) => [run.scenario, run.rate, run.seconds, run.target.kind].join(' ')))
  if (loads.size > 1) {
    const list = all.map(
      ({ run }) => `${run.id}: ${run.scenario}, rate ${run.rate ?? 'usual'}, ${run.seconds ?? 'usual'} s`,
    )
    throw new Error(`Only runs of the same load can be compared:\n${list.join('\n')}`)
  }
  return { before, after, warnings: warningsOf(all) }
}

async function resolve(names: readonly string[], runs: string | undefined): Promise<KeptRun[]> {
  const ids = await runIds(runs)
  const kept = await Promise.all(
    names.map(async (name) => {
      if (ids.includes(name) || name.includes('/')) return [await readRun(name, runs)]
      const named = ids.filter((id) => id.endsWith(`-${name}`))
      if (named.length > 0) return Promise.all(named.map((id) => readRun(id, runs)))
      throw new Error(
        `There is no run "${name}". There are:\n${ids.slice(-20).join('\n') || 'none; `pnpm bench k6` makes one.'}`,
      )
    }),
  )
  return kept.flat()
}

function warningsOf(all: readonly KeptRun[]): string[] {
  const machines = new Set(all.map(({ run }) => run.machine.fingerprint))
  const cut = all.filter(({ run }) => run.end === 'interrupted' || run.end === 'failed')
  const away = all.filter(({ run }) => run.outages.length > 0)
  return [
    ...(machines.size > 1 ? [`The runs are from ${machines.size} machines: what differs may be the machine.`] : []),
    ...cut.map(({ run }) => `${run.id} did not run to its end (${run.end}).`),
    ...away.map(
      ({ run }) => `${run.id}: ${run.outages.map(({ service }) => service).join(', ')} did not answer for a time.`,
    ),
  ]
}
