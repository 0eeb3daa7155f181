/**
 * One command at a time changes what runs. The lock is SQLite's on a file of its own: the operating system frees it when
 * its holder ends, so that it is never stale, whatever happened to the CLI. It writes nothing, so a full disk is no obstacle.
 */

import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '../terminal/failure.ts'
import { printError } from '../terminal/output.ts'

/** Result codes of SQLite. https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5
const SQLITE_FULL = 13

/** Runs `work` while holding the lock of `home`, after waiting for the process that holds it, or until `signal` aborts. */
export async function withLock<T>(home: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const database = await openLock(home)
  try {
    for (let announced = false; !tryLock(database); announced = true) {
      if (!announced) printError('Another `pnpm demo` command is at work here; waiting for it to finish.')
      await delay(100, undefined, { signal })
    }
    return await work()
  } finally {
    database.close()
  }
}

/** The same where the lock is free; otherwise leaves the work undone. */
export async function withFreeLock(home: string, work: () => Promise<void>): Promise<void> {
  const database = await openLock(home)
  try {
    if (tryLock(database)) await work()
  } finally {
    database.close()
  }
}

async function openLock(home: string): Promise<DatabaseSync> {
  await mkdir(home, { recursive: true })
  await access(home, constants.W_OK)
  try {
    return new DatabaseSync(join(home, 'lock'), { timeout: 0 })
  } catch (cause) {
    throw lockFailure(home, cause)
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    // Else the first lock of a new file writes a journal, for which a full disk has no room.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (resultCodeOf(error) === SQLITE_BUSY) return false
    throw lockFailure(database.location() ?? 'the lock', error)
  }
}

function lockFailure(path: string, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const advice =
    resultCodeOf(cause) === SQLITE_FULL ? 'Free some space on its disk.' : 'It has to be a file that you may write to.'
  return new Failure(`${path} cannot be locked: ${reason}. ${advice}`, { cause })
}

function resultCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
}
