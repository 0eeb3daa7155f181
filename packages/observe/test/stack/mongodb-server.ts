/** FerretDB on SQLite, which speaks MongoDB's protocol; no registry has MongoDB. Needs Go. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { answers, type Server, startServer } from './server.ts'

const SOURCE = fileURLToPath(new URL('mongodb', import.meta.url))

/** Go keeps what it compiled, so that only the first time takes minutes. */
export async function startMongodb(): Promise<Server> {
  const built = await mkdtemp(join(tmpdir(), 'observe-mongodb-'))
  const program = join(built, 'mongodb')
  await promisify(execFile)('go', ['build', '-tags', 'ferretdb_no_postgresql', '-o', program, '.'], { cwd: SOURCE })
  const server = await startServer({
    program,
    origin: 'install Go',
    args: (folder, port) => [`127.0.0.1:${port}`, folder],
    ping: answers,
  })
  return {
    port: server.port,
    async stop() {
      await server.stop()
      await rm(built, { recursive: true })
    },
  }
}
