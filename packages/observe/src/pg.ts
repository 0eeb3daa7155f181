/**
 * PostgreSQL adapter: a span and a measurement for each query of `pg`, and how busy its pool is. The pool or client that is
 * given is observed, and nothing else.
 */
import { internalsOf } from './core/internals.ts'
import { observeQueries } from './core/outbound/pg.ts'
import type { Observe } from './types.ts'

/**
 * Observes the queries of a `pg.Pool`, or of a `pg.Client` that is not from an observed pool, and returns it.
 *
 * @throws TypeError for anything else
 * @example
 *     const pool = observePg(obs, new pg.Pool())
 */
export function observePg<T extends object>(obs: Observe, poolOrClient: T): T {
  const { dbCalls: calls, dbPools: pools } = internalsOf(obs)
  observeQueries(poolOrClient, { calls, pools, owner: obs })
  return poolOrClient
}
