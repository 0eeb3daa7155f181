/**
 * PostgreSQL as one service of the shop. It listens on loopback only, and its password is made for each data folder and
 * kept next to it, readable by its owner alone.
 */

import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findPostmaster, startPostgres, stopPostgres } from '@demo/postgres'
import pg from 'pg'
import type { Port } from '../machine/ports.ts'
import { Failure } from '../terminal/failure.ts'
import type { ServiceDescription } from './description.ts'

/** The connection string; without a password where none was made yet. */
export async function databaseUrl(home: string, port: number): Promise<string> {
  const password = await passwordOf(home)
  return `postgres://shop${password === undefined ? '' : `:${password}`}@127.0.0.1:${port}/shop`
}

/** Makes the password where there is none yet. Throws where there is a database already whose password is lost. */
export async function makePassword(home: string): Promise<void> {
  const path = passwordFile(home)
  if ((await passwordOf(home)) !== undefined) return
  const dataDir = dataFolder(home)
  if (await exists(join(dataDir, 'PG_VERSION'))) {
    throw new Failure(
      `The database in ${dataDir} was made with a password that is lost: ${path} is not there. Put that file back, or ` +
        'delete the database with `pnpm demo down --reset postgres`, then run `pnpm demo up` again.',
    )
  }
  await mkdir(folder(home), { recursive: true })
  await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
}

export function describePostgres(home: string, port: Port, url: string): ServiceDescription {
  const data = folder(home)
  const dataDir = dataFolder(home)
  return {
    name: 'postgres',
    kind: 'backend',
    purpose: 'the database',
    needs: [],
    ports: [port],
    url: `postgres://127.0.0.1:${port.port}/shop`,
    log: join(dataDir, 'server.log'),
    data,
    readyWithin: 60_000,
    probe: () => probe(url),
    run: {
      kind: 'daemon',
      start: async () => {
        const password = await passwordOf(home)
        await startPostgres({ dataDir, port: port.port, ...(password !== undefined && { password }) })
      },
      stop: () => stopPostgres({ dataDir }),
      pid: async () => (await findPostmaster(dataDir))?.pid,
    },
  }
}

function folder(home: string): string {
  return join(home, 'postgres')
}

function dataFolder(home: string): string {
  return join(folder(home), 'data')
}

function passwordFile(home: string): string {
  return join(folder(home), 'password')
}

async function passwordOf(home: string): Promise<string | undefined> {
  return readFile(passwordFile(home), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function probe(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000, query_timeout: 2000 })
  client.on('error', () => undefined) // The server went away; the query below says so.
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end()
  }
}
