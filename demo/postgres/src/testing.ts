/**
 * A throw-away PostgreSQL for one test file: its own data directory, its own free port, no waiting for the disk.
 */

import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPostmaster } from './postmaster.ts'
import { type Postgres, startPostgres } from './server.ts'

/** Starts an empty database; `stop()` removes it with all its data. */
export async function startTestPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'shop-postgres-'))
  const dataDir = join(folder, 'data')
  const postgres = await startPostgres({ dataDir, port: await freePort(), durable: false })
  const postmaster = await readPostmaster(dataDir)
  // A test run that is cut short leaves no server behind.
  const stopAtOnce = () => {
    if (postmaster) process.kill(postmaster.pid, 'SIGQUIT')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stopAtOnce)
  return {
    url: postgres.url,
    async stop() {
      process.off('exit', stopAtOnce)
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
