/**
 * The fault of a table that one session locks and others need: what a migration under traffic does, or a forgotten `psql`.
 */

import pg from 'pg'

/** A fault that is forgotten ends by itself. */
const LONGEST_MS = 10 * 60_000

export class TableLock {
  readonly #options: { databaseUrl: string; table: string; name: string }
  #client: pg.Client | undefined
  #end: NodeJS.Timeout | undefined

  /** @param options.name by which the session is found in pg_stat_activity */
  constructor(options: { databaseUrl: string; table: string; name: string }) {
    this.#options = options
  }

  /** Takes the lock or releases it. Idempotent. */
  async hold(held: boolean): Promise<void> {
    if (held && !this.#client) await this.#take()
    else if (!held) await this.#release()
  }

  async #take(): Promise<void> {
    const { databaseUrl, table, name } = this.#options
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: name,
      connectionTimeoutMillis: 5000,
      lock_timeout: 10_000,
    })
    client.on('error', () => undefined) // The server ended the session, and the lock with it.
    await client.connect()
    await client.query('begin')
    await client.query(`lock table ${table} in access exclusive mode`)
    this.#client = client
    this.#end = setTimeout(() => void this.#release(), LONGEST_MS)
    this.#end.unref()
  }

  async #release(): Promise<void> {
    clearTimeout(this.#end)
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }
}
