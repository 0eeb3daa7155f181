/**
 * PostgreSQL as one service of the shop. It listens on loopback only, and its password is made for each data folder and
 * kept next to it, readable by its owner alone.
 */

import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeStalePostmaster, startPostgres, stopPostgres } from '@demo/postgres'
import pg from 'pg'
import type { Port } from '../machine/ports.ts'
import type { ServiceDescription } from './description.ts'

export async function databaseUrl(home: string, port: number): Promise<string> {
  return `postgres://shop:${await passwordOf(home)}@127.0.0.1:${port}/shop`
}

export function describePostgres(home: string, port: Port, url: string): ServiceDescription {
  const data = folder(home)
  const dataDir = join(data, 'data')
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
        await startPostgres({ dataDir, port: port.port, password: await passwordOf(home) })
      },
      stop: () => stopPostgres({ dataDir }),
      pid: async () => (await removeStalePostmaster(dataDir))?.pid,
    },
  }
}

function folder(home: string): string {
  return join(home, 'postgres')
}

async function passwordOf(home: string): Promise<string> {
  const path = join(folder(home), 'password')
  await mkdir(folder(home), { recursive: true })
  await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(path, 'utf8')
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
