/**
 * A throw-away PostgreSQL for one test file: its own data directory, its own free port, no waiting for the disk.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
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

/** Below what any system hands out to clients, and to servers that ask for no port of their own. */
const [lowest, highest] = [25_000, 32_000]

/** A port for what a test starts: nothing listens on it, and nobody else is given it while this process lives. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if ((await claim(port)) && (await isFree(port))) return port
  }
}

/** Holds the port of the same number for UDP, which the system lets one process do, and takes back when that ends. */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  return once(socket, 'listening').then(
    () => Boolean(socket.unref()),
    () => false,
  )
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  return once(server, 'listening').then(
    () => once(server.close(), 'close').then(() => true),
    () => false,
  )
}
