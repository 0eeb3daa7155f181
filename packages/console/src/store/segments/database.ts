/**
 * Opens segments. Write-ahead logging lets the page read while the receiver writes, and a commit survives the death of
 * the process at any moment; `synchronous = NORMAL` leaves out the flush that only a power cut would need.
 */

import { chmodSync, existsSync, renameSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { PRIVATE, removeSegment } from './folder.ts'
import { SCHEMA_VERSION, schema } from './schema.ts'

/** What a row read with `setReturnArrays` holds. */
export type Cell = string | number | Uint8Array | null

/** Time in milliseconds for which one connection may keep another from its turn. */
const LOCKED_MS = 1000

/** Creates the file where it is not there. Throws, saying what to do, where it cannot be used. */
export function openForWriting(path: string): DatabaseSync {
  return withAdvice(path, () => {
    if (!existsSync(path)) create(path)
    const database = new DatabaseSync(path, { timeout: LOCKED_MS })
    // 32 MB of cache hold every index page of a segment that is being filled; 8 MB of log keep checkpoints rare.
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000')
    database.exec('PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 8192000; PRAGMA temp_store = MEMORY')
    checkVersion(database)
    return database
  })
}

/** Under another name until it is whole, since who reads the folder meanwhile takes each segment for one. */
function create(path: string): void {
  const making = `${path}.new`
  removeSegment(making)
  const database = new DatabaseSync(making)
  chmodSync(making, PRIVATE)
  try {
    database.exec(`PRAGMA journal_mode = WAL; BEGIN; ${schema} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
  } finally {
    database.close()
  }
  renameSync(making, path)
}

/** Throws, saying what to do, where the file is not a segment. */
export function openForReading(path: string): DatabaseSync {
  return withAdvice(path, () => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: LOCKED_MS })
    database.exec('PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY')
    checkVersion(database)
    return database
  })
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version)
}

function checkVersion(database: DatabaseSync): void {
  const version = versionOf(database)
  if (version !== SCHEMA_VERSION) throw new Error(`its format is ${version}, this console's is ${SCHEMA_VERSION}`)
}

function withAdvice(path: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (reason === 'no such module: fts5') {
      throw new Error(`Node.js ${process.versions.node} has no full-text search in its SQLite: use 22.16 or later.`, {
        cause,
      })
    }
    throw new Error(`${path} cannot be used: ${reason}. Delete it, or start with another --data folder.`, { cause })
  }
}

/** Prepared statements of one database. A search's own SQL is rarely used twice, so the oldest unused one goes. */
const MOST_PREPARED = 100

/** Statements of one database, each prepared when it is first used. */
export class Statements {
  readonly database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.database = database
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid)
  }

  /** The rows of a query, each as an array of its columns. */
  rows<Row extends Cell[]>(sql: string, ...values: SQLInputValue[]): Row[] {
    // node:sqlite types rows as objects and does not know the columns; each caller states them next to its SQL.
    return this.#statement(sql).all(...values) as unknown as Row[]
  }

  /** The same, one at a time, for a reader that may stop early. */
  each<Row extends Cell[]>(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values) as unknown as Iterable<Row>
  }

  row<Row extends Cell[]>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as unknown as Row | undefined
  }

  #statement(sql: string): StatementSync {
    const statement = this.#prepared.get(sql) ?? this.database.prepare(sql)
    statement.setReturnArrays(true)
    // A map keeps its keys in the order of insertion: what is used moves to its end.
    this.#prepared.delete(sql)
    this.#prepared.set(sql, statement)
    if (this.#prepared.size > MOST_PREPARED) this.#prepared.delete(this.#prepared.keys().next().value ?? '')
    return statement
  }
}
