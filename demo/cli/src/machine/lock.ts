/**
 * One `up` or `down` at a time. The lock is SQLite's on a file of its own: the operating system lets go of it the moment
 * its holder dies, so that it is never stale, whatever happened to the CLI.
 */

import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { printError } from '../terminal/output.ts'

/** Another process holds the lock. https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5

/** Runs `work` while holding the lock of `home`, after waiting for the process that holds it. */
export async function withLock<T>(home: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await mkdir(home, { recursive: true })
  await access(home, constants.W_OK)
  const database = new DatabaseSync(join(home, 'lock'), { timeout: 0 })
  try {
    for (let announced = false; !tryLock(database); announced = true) {
      if (!announced) printError('Another `pnpm demo up` or `down` is at work here; waiting for it to finish.')
      await delay(100, undefined, { signal })
    }
    return await work()
  } finally {
    database.close()
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false
    throw error
  }
}
