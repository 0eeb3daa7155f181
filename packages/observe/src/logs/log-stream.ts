/**
 * Standard output for the log. Lines wait until the end of a turn of the event loop and are then written at once, so that at
 * any moment it is known what has been written: pino's own destination writes in a thread, and a process that ends
 * meanwhile loses some 80 lines. A reader that is slow or gone never blocks the service, and what waits for it is bounded.
 */
import { writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'
import { block } from '../time/block.ts'

/** Characters that may wait for a slow reader, some 60,000 lines. */
export const MAX_WAITING = 16 * 1024 * 1024
/** Time in milliseconds until a reader that took nothing is tried again. */
const RETRY_MS = 10
/** Longest time in milliseconds that a process which is ending waits for a reader. */
const LAST_WAIT_MS = 1000

export class LogStream implements DestinationStream {
  readonly #fd: number
  readonly #limit: number
  #waiting = ''
  /** What the reader has not taken of the last write. */
  #rest: Buffer = EMPTY
  #scheduled = false
  #untold = 0
  #flushing: (() => void)[] = []
  /** In the `exit` event no turn of the event loop comes any more. */
  #leaving = false
  /** Lines that were given up since their reader did not keep up. */
  dropped = 0

  /** @param limit characters that may wait */
  constructor(fd: number, limit = MAX_WAITING) {
    this.#fd = fd
    this.#limit = limit
    if (streams.length === 0) process.on('exit', leaveAll)
    streams.push(new WeakRef(this))
  }

  write(line: string): void {
    if (this.#waiting.length + this.#rest.length + line.length > this.#limit) {
      this.dropped += 1
      this.#untold += 1
      return
    }
    this.#waiting += line
    if (this.#leaving) this.flushSync()
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#drain())
  }

  /** Calls `done` when all that was written so far has been taken. */
  flush(done?: () => void): void {
    if (done === undefined) return
    if (this.#scheduled) this.#flushing.push(done)
    else done()
  }

  /** Writes what waits without a turn of the event loop; gives up after a second without a reader. */
  flushSync(): void {
    const giveUpAt = performance.now() + LAST_WAIT_MS
    while (!this.#writeSome() && performance.now() < giveUpAt) block(RETRY_MS)
  }

  /** Writes what waits, and from now on each line at once. */
  leave(): void {
    this.#leaving = true
    this.flushSync()
  }

  #drain(): void {
    if (!this.#writeSome()) {
      setTimeout(() => this.#drain(), RETRY_MS).unref()
      return
    }
    this.#scheduled = false
    for (const done of this.#flushing.splice(0)) done()
    if (this.#untold === 0) return
    const count = this.#untold
    this.#untold = 0
    this.onRecovery(count)
  }

  /** Called when a reader takes lines again, with the number of those that it missed. */
  onRecovery: (missed: number) => void = () => undefined

  /** Writes as much as the reader takes; whether that was all. */
  #writeSome(): boolean {
    if (this.#waiting !== '') {
      const text = Buffer.from(this.#waiting)
      this.#rest = this.#rest.length === 0 ? text : Buffer.concat([this.#rest, text])
      this.#waiting = ''
    }
    try {
      while (this.#rest.length > 0) this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest))
      this.#rest = EMPTY
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false
      // stdout is closed (EPIPE): no reader will come back.
      this.#rest = EMPTY
      return true
    }
  }
}

const EMPTY = Buffer.alloc(0)

/** Those of the process. One that still has lines is held by its timer. */
const streams: WeakRef<LogStream>[] = []

/** Also after `shutdown()`, and for an instance that watches over no process. */
function leaveAll(): void {
  for (const stream of streams) stream.deref()?.leave()
}
