/**
 * One process at a time: `pnpm tools` builds, a command of `pnpm demo` changes what runs. The lock is SQLite's on a file of its own:
 * the operating system frees it when its holder ends, so that it is never stale. It writes nothing, so a full disk is no obstacle.
 */

import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

/** Result codes of SQLite. https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5
const SQLITE_FULL = 13

const RETRY_MS = 100

/** The file of the lock cannot be used; the message says why and what to do. */
export class LockError extends Error {
  override name = 'LockError'
}

interface Waiting {
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Called once, when another process holds the lock. */
  readonly onWait: () => void
}

/** Runs `work` while holding the lock of `folder`, which it makes. Throws a LockError where that cannot be locked. */
export async function withLock<T>(folder: string, { signal, onWait }: Waiting, work: () => Promise<T>): Promise<T> {
  const database = await openLock(folder)
  try {
    for (let announced = false; !tryLock(database); announced = true) {
      if (!announced) onWait()
      await delay(RETRY_MS, undefined, { signal })
    }
    return await work()
  } finally {
    database.close()
  }
}

/** The same where the lock is free; otherwise leaves the work undone. */
export async function withFreeLock(folder: string, work: () => Promise<void>): Promise<void> {
  const database = await openLock(folder)
  try {
    if (tryLock(database)) await work()
  } finally {
    database.close()
  }
}

async function openLock(folder: string): Promise<DatabaseSync> {
  await mkdir(folder, { recursive: true })
  await access(folder, constants.W_OK)
  try {
    return new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  } catch (cause) {
    throw lockError(join(folder, 'lock'), cause)
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    // Else the first lock of a new file writes a journal, for which a full disk has no room.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (resultCodeOf(error) === SQLITE_BUSY) return false
    throw lockError(database.location() ?? 'the lock', error)
  }
}

function lockError(path: string, cause: unknown): LockError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const advice =
    resultCodeOf(cause) === SQLITE_FULL ? 'Free some space on its disk.' : 'It has to be a file that you may write to.'
  return new LockError(`${path} cannot be locked: ${reason}. ${advice}`, { cause })
}

function resultCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
}
