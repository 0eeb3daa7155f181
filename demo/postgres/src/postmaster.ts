/**
 * Reads postmaster.pid, the lock file of a data directory. After a crash or a reboot it may name a process that is gone
 * or, worse, one that got the same number since; PostgreSQL itself sees through the first only.
 */

import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Postmaster {
  pid: number
  port: number
}

const run = promisify(execFile)

/** What the lock file says, be it true or stale; undefined where there is none. */
export async function readPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(lockFile(dataDir), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const [pid, , , port] = text.split('\n')
  return { pid: Number(pid), port: Number(port) }
}

/** The running server of a data directory. Writes nothing. */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const postmaster = await readPostmaster(dataDir)
  return postmaster && (await isPostgres(postmaster.pid)) ? postmaster : undefined
}

/** The same; a lock file that no PostgreSQL stands behind is removed. */
export async function removeStalePostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const running = await findPostmaster(dataDir)
  if (!running) await rm(lockFile(dataDir), { force: true })
  return running
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'postmaster.pid')
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return (await commandOf(pid)).includes('postgres')
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (process.platform === 'win32') return run('tasklist', ['/fi', `PID eq ${pid}`]).then(({ stdout }) => stdout)
  return run('ps', ['-p', String(pid), '-o', 'command=']).then(
    ({ stdout }) => stdout,
    () => '',
  )
}
