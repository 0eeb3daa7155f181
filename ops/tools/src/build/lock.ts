/**
 * One build at a time, whichever process started it. The lock is SQLite's on a file of its own: the operating system lets go of
 * it the moment its holder dies, so that it is never stale.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

/** Result code SQLITE_BUSY: another process holds the lock. https://www.sqlite.org/rescode.html#busy */
const busy = 5

/** Runs `work` while holding the lock of `folder`. `onWait` is called when another process holds it. */
export async function withLock<T>(
  folder: string,
  { signal, onWait }: { signal: AbortSignal; onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true })
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    for (let told = false; !tryLock(database); told = true) {
      if (!told) onWait()
      await delay(200, undefined, { signal })
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
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false
    throw error
  }
}
