/**
 * PostgreSQL adapter: a span and a measurement for each query of `pg`, and how busy its pool is. The pool or client that is
 * given is observed, and nothing else.
 */
import { observeQueries, queriesPart } from './clients/pg.ts'
import type { Observe } from './types.ts'

/**
 * Observes the queries of a `pg.Pool`, or of a `pg.Client` that is not from an observed pool, and returns it.
 *
 * @throws TypeError for anything else
 * @example
 *     const pool = observePg(obs, new pg.Pool())
 */
export function observePg<T extends object>(obs: Observe, poolOrClient: T): T {
  observeQueries(poolOrClient, { ...queriesPart.of(obs), owner: obs })
  return poolOrClient
}
