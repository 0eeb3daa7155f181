/**
 * The data folder: its lock, and its segments in the order in which they were written. The lock is SQLite's own on a file
 * that holds nothing, so the system lets go of it when the process ends, however it ends: no lock is ever stale.
 */

import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SEGMENT_NAME = /^(\d{8})\.segment$/

/** Files that the console writes; what else is in the folder is left alone. */
const OWN_FILE = /^(\d{8}\.segment(-wal|-shm|\.new.*)?|lock(-journal)?|token|console\.json)$/
/** Telemetry is the user's alone. SQLite gives a write-ahead log the mode of its database. */
export const PRIVATE = 0o600

export interface Holder {
  pid: number
  url: string
}

export class Folder {
  readonly path: string
  readonly #lock: DatabaseSync

  /** Creates the folder and takes its lock. Throws where another console has it. */
  constructor(path: string) {
    this.path = path
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    this.#lock = takeLock(path)
    for (const name of readdirSync(path)) if (OWN_FILE.test(name)) chmodSync(join(path, name), PRIVATE)
  }

  /** Says who has the lock, for the message that a second console gives. */
  announce(holder: Holder): void {
    writeFileSync(join(this.path, 'console.json'), `${JSON.stringify(holder)}\n`, { mode: PRIVATE })
  }

  release(): void {
    rmSync(join(this.path, 'console.json'), { force: true })
    this.#lock.close()
  }
}

/** Numbers of the segments, oldest first. */
export function segmentsIn(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => Number(SEGMENT_NAME.exec(name)?.[1]))
    .filter((number) => number > 0)
    .sort((a, b) => a - b)
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.segment`)
}

/** A segment's bytes on disk with its write-ahead log; 0 where it is gone. */
export function segmentBytes(path: string): number {
  return ['', '-wal', '-shm'].reduce(
    (sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}

export function removeSegment(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
}

function takeLock(path: string): DatabaseSync {
  const file = join(path, 'lock')
  const lock = new DatabaseSync(file)
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock.close()
    if (!(cause instanceof Error && cause.message.includes('locked'))) throw cause
    const holder = holderOf(path)
    const who = holder ? `The console with process id ${holder.pid} (${holder.url})` : 'Another console'
    throw new Error(
      `${who} uses the data folder ${path}. Use that one, stop it, or start with another --data folder.`,
      { cause },
    )
  }
}

/** The console that uses the folder, by its own word: one that was killed is still named. */
export function holderOf(path: string): Holder | undefined {
  try {
    const { pid, url }: Partial<Holder> = JSON.parse(readFileSync(join(path, 'console.json'), 'utf8'))
    return pid && url ? { pid, url } : undefined
  } catch {
    // The other one has not written it yet, or died while it did: then it is only called "another console".
    return undefined
  }
}
