/**
 * PostgreSQL as the services use it: single statements and transactions on a pool. The fault `database-slow` acts here,
 * inside the database, so that connections and row locks are held as long as they would be on an overloaded one.
 */

import type { Observe } from '@lab/observe'
import pg, { type Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg'
import { Problem } from './problem.ts'

/** Runs statements: the pool, or the connection of a transaction. */
export interface Client {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>
}

const slowSeconds = 0.3

/** A pool that survives a restart of the server, and whose statements and waits are bounded. */
export function openPool(obs: Observe, connectionString: string): Pool {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 30_000,
  })
  // Without listeners a connection that breaks ends the process: the pool reports idle ones, and for one in use its
  // query or the next one on it fails.
  pool.on('connect', (client) => client.on('error', () => 'reported elsewhere'))
  pool.on('error', (error) => obs.log.warn({ err: error }, 'lost an idle connection to PostgreSQL'))
  return pool
}

export class Database implements Client {
  readonly #pool: Pool
  readonly #isSlow: () => boolean

  constructor(pool: Pool, isSlow: () => boolean) {
    this.#pool = pool
    this.#isSlow = isSlow
  }

  /** Runs one statement on a connection of its own. */
  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    if (this.#isSlow()) return this.transaction((client) => client.query<Row>(text, values))
    const client = await this.#connect()
    let failure: unknown
    try {
      return await client.query<Row>(text, values)
    } catch (error) {
      failure = error
      throw error
    } finally {
      // The server's own errors leave a connection as it was; any other may have broken it.
      client.release(failure !== undefined && !(failure instanceof pg.DatabaseError))
    }
  }

  /** Commits what `work` did, or undoes it when it throws. */
  async transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#connect()
    let isBroken = false
    try {
      await client.query('begin')
      if (this.#isSlow()) await client.query('select pg_sleep($1)', [slowSeconds])
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      isBroken = !(await rollBack(client))
      throw error
    } finally {
      client.release(isBroken)
    }
  }

  /** For /readyz. */
  async check(): Promise<void> {
    await this.#pool.query('select 1')
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  #connect(): Promise<PoolClient> {
    return this.#pool.connect().catch((cause: unknown) => {
      const message = 'The database does not answer. Nothing was changed.'
      throw new Problem(503, 'database_unavailable', message, { retryAfterSeconds: 5, cause })
    })
  }
}

/** False where the connection is beyond use. */
function rollBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  )
}
