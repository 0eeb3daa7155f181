/**
 * The end of a log file: what a service said last, for the message that it failed to start.
 */

import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { rotateLog } from './rotate.ts'

/** More than any last words, and little enough to be read at once. */
const tailBytes = 64 * 1024

/** Makes room for a log and returns its size: what is written from now on stands behind it. */
export async function prepareLog(path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true })
  await rotateLog(path)
  return sizeOf(path)
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

/** A program in Go that panics says why, and then where, which is more than fits a screen. */
const panic = /^(panic|fatal error): /

/** Of what was written behind `from` the last `count` lines, or as many from a panic on. */
export async function lastWords(path: string, from: number, count: number): Promise<string[]> {
  return significantLines(await readTail(path, from), count)
}

/** The last `count` of the lines, or as many from a panic on. */
export function significantLines(lines: readonly string[], count: number): string[] {
  const why = lines.findLastIndex((line) => panic.test(line))
  return why === -1 ? lines.slice(-count) : lines.slice(why, why + count)
}

async function readTail(path: string, from: number): Promise<string[]> {
  const size = await sizeOf(path)
  const start = Math.max(from, size - tailBytes)
  if (size <= start) return []
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start })
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n')
  } finally {
    await file.close()
  }
}
