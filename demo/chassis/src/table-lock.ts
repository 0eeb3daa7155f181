/**
 * The fault of a table that one session locks and others need: what a migration under traffic does, or a forgotten `psql`.
 */

import pg from 'pg'

/** A fault that is forgotten ends by itself. */
const LONGEST_MS = 10 * 60_000

export interface TableLockOptions {
  readonly databaseUrl: string
  readonly table: string
  /** By which the session is found in pg_stat_activity. */
  readonly name: string
  /** Called when the lock has ended otherwise than by `hold(false)`: its time was up, or the server ended the session. */
  readonly onEnded?: () => void
  readonly longestMs?: number
}

export class TableLock {
  readonly #options: TableLockOptions
  #client: pg.Client | undefined
  #end: NodeJS.Timeout | undefined

  constructor(options: TableLockOptions) {
    this.#options = options
  }

  /** Takes the lock or releases it. Idempotent. */
  async hold(held: boolean): Promise<void> {
    if (held && !this.#client) await this.#take()
    else if (!held) await this.#release()
  }

  async #take(): Promise<void> {
    const { databaseUrl, table, name, longestMs = LONGEST_MS } = this.#options
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: name,
      connectionTimeoutMillis: 5000,
      lock_timeout: 10_000,
    })
    client.on('error', () => undefined) // The server ended the session; 'end' follows.
    client.once('end', () => this.#ended(client))
    try {
      await client.connect()
      await client.query('begin')
      await client.query(`lock table ${table} in access exclusive mode`)
    } catch (error) {
      await client.end()
      throw error
    }
    this.#client = client
    this.#end = setTimeout(() => void client.end(), longestMs)
    this.#end.unref()
  }

  async #release(): Promise<void> {
    const client = this.#client
    this.#forget()
    await client?.end()
  }

  #ended(client: pg.Client): void {
    if (client !== this.#client) return
    this.#forget()
    this.#options.onEnded?.()
  }

  #forget(): void {
    clearTimeout(this.#end)
    this.#client = undefined
  }
}
