/**
 * PostgreSQL as the services use it: single statements and transactions on a pool. The fault `database-slow` acts here,
 * inside the database, so that connections and row locks are held as long as they would be on an overloaded one.
 */

import type { Observe } from '@lab/observe'
import pg, { type Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg'
import { boundedWaits } from './bounded-waits.ts'
import { databaseProblem, isConnectionLost, unavailable } from './database-problem.ts'
import { plainError } from './plain-error.ts'

/** Runs statements: the pool, or the connection of a transaction. */
export interface Client {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>
}

const SLOW_SECONDS = 0.3
/** Connections of a service at most. */
export const POOL_SIZE = 10

/** A pool that survives a restart of the server, and whose waits all end. */
export function openPool(obs: Observe, connectionString: string, limits: { queryMs?: number } = {}): Pool {
  const pool = new pg.Pool({ connectionString, max: POOL_SIZE, ...boundedWaits(limits.queryMs ?? 10_000) })
  // An 'error' event without a listener ends the process. The pool reports idle connections; on one in use its query rejects.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', (error) => obs.log.warn({ err: plainError(error) }, 'lost an idle connection to PostgreSQL'))
  return pool
}

export { TableLock } from './table-lock.ts'

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
    let isLost = false
    try {
      return await client.query<Row>(text, values)
    } catch (error) {
      isLost = isConnectionLost(error)
      throw databaseProblem(error)
    } finally {
      client.release(isLost || this.#isOverfull())
    }
  }

  /** Commits what `work` did, or undoes it when it throws. */
  async transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#connect()
    const statements = new Statements(client)
    try {
      await statements.query('begin')
      if (this.#isSlow()) await statements.query('select pg_sleep($1)', [SLOW_SECONDS])
      const result = await work(statements)
      await statements.query('commit')
      return result
    } catch (error) {
      // A connection that no longer answers is closed, which rolls back too; asking it would wait once more.
      if (!statements.isLost) await statements.query('rollback').catch(() => undefined)
      throw error
    } finally {
      client.release(statements.isLost || this.#isOverfull())
    }
  }

  /** Sets the largest number of connections. Those beyond it are closed as they come back. */
  resize(connections: number): void {
    this.#pool.options.max = connections
  }

  #isOverfull(): boolean {
    return this.#pool.totalCount > this.#pool.options.max
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
      throw unavailable('The database does not answer. Nothing was changed.', cause)
    })
  }
}

/** The connection of a transaction. */
class Statements implements Client {
  readonly #client: PoolClient
  isLost = false

  constructor(client: PoolClient) {
    this.#client = client
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    try {
      return await this.#client.query<Row>(text, values)
    } catch (error) {
      this.isLost ||= isConnectionLost(error)
      throw databaseProblem(error)
    }
  }
}
