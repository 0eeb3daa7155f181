/**
 * What a bad disk does.
 */

import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Overwrites the beginning of every file. */
export async function damage(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const file = await open(path, 'r+')
    await file.write(Buffer.alloc(Math.min((await stat(path)).size, 4096), 0xab), 0, undefined, 0)
    await file.close()
  }
}
