/**
 * Standard output for the log. Lines wait until the end of a turn of the event loop and are then written at once, so that at
 * any moment it is known what has been written: pino's own destination writes in a thread, and a process that ends
 * meanwhile loses some 80 lines. A reader that is slow or gone never blocks the service, and what waits for it is bounded.
 */
import { fstatSync, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'
import { block } from '../time/block.ts'

/** Characters that may wait for a slow reader, some 60,000 lines. */
export const MAX_WAITING = 16 * 1024 * 1024
/** Time in milliseconds until a reader that took nothing is tried again. */
const RETRY_MS = 10
/** Longest time in milliseconds that a process which is ending waits for a reader. */
const LAST_WAIT_MS = 1000

/** Waiting lines are kept in pieces of this many characters, so that a slow reader makes no large copies. */
const PIECE = 256 * 1024

/** A pipe takes a write of this size whole or not at all (POSIX, PIPE_BUF), so that no line of another writer gets into one. */
const ATOMIC_BYTES = 4096
const NEWLINE = 10
/** Errors after which no reader comes any more. Any other, such as a full disk, may be over later. */
const CLOSED = new Set(['EPIPE', 'EBADF', 'ECONNRESET', 'EIO'])

export class LogStream implements DestinationStream {
  readonly #fd: number
  /** Bytes of one write. */
  readonly #chunk: number
  /** Takes the text in place of the file descriptor, where it returns true. */
  readonly #replaced: (text: string) => boolean
  readonly #limit: number
  /** Lines before those of `#waiting`, oldest first, and their number of characters. */
  #pieces: string[] = []
  #inPieces = 0
  #waiting = ''
  /** What the reader has not taken of the last write. */
  #rest: Buffer = EMPTY
  #scheduled = false
  #untold = 0
  #flushing: (() => void)[] = []
  /** In the `exit` event no turn of the event loop comes any more. */
  #leaving = false
  /** Lines that were dropped because the reader is too slow, or because there is none. */
  dropped = 0

  /**
   * @param limit characters that may wait
   * @param replaced takes the text where something else stands in for the file descriptor
   */
  constructor(fd: number, limit = MAX_WAITING, replaced: (text: string) => boolean = () => false) {
    this.#fd = fd
    this.#chunk = isFile(fd) ? Number.MAX_SAFE_INTEGER : ATOMIC_BYTES
    this.#replaced = replaced
    this.#limit = limit
    if (streams.length === 0) process.on('exit', leaveAll)
    streams.push(new WeakRef(this))
  }

  write(line: string): void {
    if (this.#inPieces + this.#waiting.length + this.#rest.length + line.length > this.#limit) {
      this.dropped += 1
      this.#untold += 1
      return
    }
    this.#waiting += line
    if (this.#waiting.length >= PIECE) this.#closePiece()
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
    // What replaces `write` may have logged.
    if (this.#waiting !== '') {
      setImmediate(() => this.#drain())
      return
    }
    this.#scheduled = false
    for (const done of this.#flushing.splice(0)) done()
    if (this.#untold === 0) return
    const count = this.#untold
    this.#untold = 0
    this.onRecovery(count)
  }

  /** Called when a reader takes lines again, with the number of dropped ones. */
  onRecovery: (missed: number) => void = () => undefined

  /** Writes as much as the reader takes; returns whether that was all. */
  #writeSome(): boolean {
    this.#closePiece()
    while (this.#rest.length > 0 || this.#takePiece()) {
      if (!this.#writeRest()) return false
    }
    return true
  }

  #closePiece(): void {
    if (this.#waiting === '') return
    this.#pieces.push(this.#waiting)
    this.#inPieces += this.#waiting.length
    this.#waiting = ''
  }

  /** Makes the oldest piece what is written next; `false` where there is none. */
  #takePiece(): boolean {
    const text = this.#pieces.shift()
    if (text === undefined) return false
    this.#inPieces -= text.length
    this.#rest = Buffer.from(text)
    try {
      if (this.#replaced(text)) this.#rest = EMPTY
    } catch {
      // The function that replaces `write` threw; this may run in a timer.
      this.#dropRest()
    }
    return true
  }

  /** Returns whether the reader took all of it, or never will. */
  #writeRest(): boolean {
    try {
      while (this.#rest.length > 0) {
        const written = writeSync(this.#fd, this.#rest, 0, wholeLines(this.#rest, this.#chunk))
        this.#rest = this.#rest.subarray(written)
      }
      this.#rest = EMPTY
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (typeof code !== 'string' || !CLOSED.has(code)) return false
      // Standard output is closed: lines are dropped from here on and counted.
      this.#dropRest()
    }
    return true
  }

  #dropRest(): void {
    this.dropped += linesIn(this.#rest)
    this.#rest = EMPTY
  }
}

/** The length of the lines at the beginning that fit into `limit`; of the first one where it is longer. */
function wholeLines(bytes: Buffer, limit: number): number {
  if (bytes.length <= limit) return bytes.length
  const end = bytes.lastIndexOf(NEWLINE, limit - 1)
  return (end === -1 ? bytes.indexOf(NEWLINE) : end) + 1 || bytes.length
}

function linesIn(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}

// Without `bigint`, in Node.js 22.17 the next module of a linked package is not resolved to its real path.
function isFile(fd: number): boolean {
  try {
    return fstatSync(fd, { bigint: true }).isFile()
  } catch {
    return false
  }
}

const EMPTY = Buffer.alloc(0)

/** The streams of the process. One that still has lines is held by its timer. */
const streams: WeakRef<LogStream>[] = []

/** Also after `shutdown()`, and for an instance that does not subscribe to the process. */
function leaveAll(): void {
  for (const stream of streams) stream.deref()?.leave()
}
