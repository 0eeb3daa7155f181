/**
 * Reads the server's log from standard input and counts its lines: into one buffer, in a thread that waits for nothing else, since
 * a reader that collects garbage holds up the generator, which has the same core, for milliseconds.
 */
import { readSync } from 'node:fs'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

const NEWLINE = 0x0a
const STANDARD_INPUT = 0

function countLines(lines: Int32Array): void {
  const buffer = Buffer.allocUnsafe(65_536)
  for (;;) {
    const end = readSync(STANDARD_INPUT, buffer)
    if (end === 0) return
    let found = 0
    for (let at = buffer.indexOf(NEWLINE); at !== -1 && at < end; at = buffer.indexOf(NEWLINE, at + 1)) found += 1
    Atomics.add(lines, 0, found)
  }
}

/** Each question is answered with the lines since the one before it. */
function answer(): void {
  const lines = new Int32Array(new SharedArrayBuffer(4))
  new Worker(import.meta.filename, { workerData: lines })
  process.on('message', () => process.send?.(Atomics.exchange(lines, 0, 0)))
  process.on('disconnect', () => process.exit())
}

if (isMainThread) answer()
else countLines(workerData)
