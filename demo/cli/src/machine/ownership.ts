/**
 * Whose files a folder holds. After `sudo pnpm demo up` some belong to root, and deleting them is not the way out.
 */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../terminal/failure.ts'

/** The user id that owns `folder`, or something directly in it, and is not that of this process; undefined where none does. */
export async function otherOwner(folder: string): Promise<number | undefined> {
  const own = process.getuid?.()
  if (own === undefined) return undefined
  const names = await readdir(folder).catch(() => [])
  const paths = [folder, ...names.map((name) => join(folder, name))]
  const owners = await Promise.all(paths.map((path) => ownerOf(path)))
  return owners.find((owner) => owner !== undefined && owner !== own)
}

/** Root could write to the folder of a user, who could then use what root made no more. */
export async function requireOwnFolder(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const owner = await ownerOf(folder)
  if (owner === undefined || owner === 0) return
  throw new Failure(
    `${folder} belongs to uid ${owner}, and root would leave files in it which that user cannot change. Run this as ` +
      'that user, or set DEMO_HOME to a folder of your own.',
  )
}

function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ uid }) => uid,
    () => undefined,
  )
}
