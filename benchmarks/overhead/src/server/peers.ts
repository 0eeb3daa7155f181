/**
 * The peers' packages, which are installed in a folder of their own and so have no types here: the parts that are called are
 * declared where they are used.
 */
import { createRequire } from 'node:module'

/** Set by the benchmark: the folder in which the peers are installed. */
const folder = process.env.BENCH_PEERS ?? ''

export function peer<T>(name: string): T {
  const load: (name: string) => T = createRequire(`${folder}/package.json`)
  return load(name)
}
