/**
 * Migrations: numbered SQL files, applied once each, all of a run in one transaction. Each service has a schema of its
 * own, in which it also records its version, so that services migrate independently and at the same time.
 */

import { fileURLToPath } from 'node:url'
import pg from 'pg'
import Postgrator from 'postgrator'
import { boundedWaits } from './bounded-waits.ts'

export interface Migrations {
  databaseUrl: string
  /** Schema of the service. */
  schema: string
  /** Folder of files such as `001.do.products.sql`. */
  folder: URL
}

/** Milliseconds; a migration waits for another one's lock, and may rewrite a table. */
const STATEMENT_MS = 120_000

/** Brings the schema up to date and tells what was applied. Two at once wait for each other. */
export async function migrate({ databaseUrl, schema, folder }: Migrations): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, ...boundedWaits(STATEMENT_MS) })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`migrate ${schema}`])
    await client.query(`create schema if not exists ${client.escapeIdentifier(schema)}`)
    const postgrator = new Postgrator({
      driver: 'pg',
      migrationPattern: `${fileURLToPath(folder).replaceAll('\\', '/')}/*.sql`,
      schemaTable: `${schema}.schemaversion`,
      newline: 'LF',
      execQuery: (query) => client.query(query),
    })
    const applied = await postgrator.migrate()
    await client.query('commit')
    return applied.map(({ version, name }) => `${version} ${name}`)
  } finally {
    await client.end()
  }
}
