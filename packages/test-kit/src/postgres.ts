/**
 * A throw-away PostgreSQL for one test file: its own data directory, its own free port, no waiting for the disk.
 */

import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Postgres, readPostmaster, startPostgres } from '@demo/postgres'
import { freePort } from './free-port.ts'

export type { Postgres } from '@demo/postgres'

/** Starts an empty database; `stop()` removes it with all its data. */
export async function startTestPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'test-postgres-'))
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
