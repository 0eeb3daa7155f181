/**
 * The packages that are published: those below packages/ that are not private.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Package {
  readonly name: string
  readonly version: string
  readonly folder: string
}

export async function publishedPackages(root: string): Promise<Package[]> {
  const folders = (await readdir(join(root, 'packages'))).toSorted().map((name) => join(root, 'packages', name))
  const all = await Promise.all(folders.map(async (folder) => ({ folder, ...(await readManifest(folder)) })))
  return all.filter((manifest) => manifest.private !== true)
}

async function readManifest(folder: string): Promise<{ name: string; version: string; private?: boolean }> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
}
