/**
 * Keeps the log of a running service small. Its file stays the same, since the service has it open for appending: what it
 * holds is copied to `<log>.1` and cut off. So at most two files of this size, and what is written in between, are there.
 */

import { copyFile, open, rename, rm, stat, truncate } from 'node:fs/promises'

const LARGEST_LOG = 20 * 1024 * 1024
const CHUNK = 64 * 1024

/** Rotates the log if it is above `largest` bytes; what the service writes meanwhile is kept, too. */
export async function rotateLog(path: string, largest = LARGEST_LOG): Promise<void> {
  const size = await sizeOf(path)
  if (size <= largest) return
  const draft = `${path}.new`
  try {
    await copyFile(path, draft)
    await appendRest(path, draft)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await truncate(path)
  await rename(draft, `${path}.1`)
}

/** Copies what was written during the copy; the little that comes between this and the cut is lost. */
async function appendRest(from: string, to: string): Promise<void> {
  await using source = await open(from)
  await using target = await open(to, 'r+')
  const buffer = Buffer.alloc(CHUNK)
  for (let position = (await target.stat()).size; ; ) {
    const { bytesRead } = await source.read({ buffer, position })
    if (bytesRead === 0) return
    await target.write(buffer, 0, bytesRead, position)
    position += bytesRead
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
