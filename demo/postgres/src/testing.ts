/**
 * A throw-away PostgreSQL for one test file: its own data directory, its own free port, no waiting for the disk.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Postgres, startPostgres } from './server.ts'

/** Starts an empty database; `stop()` removes it with all its data. */
export async function startTestPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'shop-postgres-'))
  const postgres = await startPostgres({ dataDir: join(folder, 'data'), port: await freePort(), durable: false })
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port that nothing listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error(`Expected a TCP address, got ${address}.`)
  return address.port
}
