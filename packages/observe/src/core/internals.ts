/**
 * What the package's own entry points may take from an `Observe` besides its public side. Kept behind `Symbol.for`, so
 * that the ESM and the CommonJS half of the package understand each other's instances.
 */
import type { AdminSources } from './admin.ts'
import type { DbCalls } from './db-calls.ts'
import type { DbPools } from './db-pools.ts'
import type { Inbound } from './inbound.ts'

export const INTERNALS = Symbol.for('@lab/observe.internals')

export interface Internals {
  /** What begins exchanges. */
  inbound: Inbound
  admin: AdminSources
  dbCalls: DbCalls
  dbPools: DbPools
}

/** Throws a TypeError for anything that `observe()` or `createObserve()` did not return. */
export function internalsOf(observe: object): Internals {
  const { [INTERNALS]: internals } = observe as { [INTERNALS]?: Internals }
  if (internals === undefined) {
    throw new TypeError('expected what observe() or createObserve() returned; this is something else')
  }
  return internals
}
