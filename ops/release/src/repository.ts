/**
 * Writes into each published package where its source is. npm takes a provenance statement only with it, and a fork has an
 * address of its own, so the address is written when packages are packed and stands in no committed manifest.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { publishedPackages } from './published.ts'

/** `address` is that of a page, such as `https://github.com/OWNER/NAME`. Throws on anything but http and https. */
export async function writeRepository(root: string, address: string): Promise<void> {
  const { protocol, href } = new URL(address)
  if (!/^https?:$/.test(protocol)) throw new Error(`"${address}" is no page of a repository. Give an https address.`)
  const page = href.replace(/(\.git)?\/*$/, '')
  for (const { folder } of await publishedPackages(root)) {
    const file = join(folder, 'package.json')
    const directory = relative(root, folder)
    const manifest = {
      ...JSON.parse(await readFile(file, 'utf8')),
      homepage: `${page}/tree/main/${directory}#readme`,
      bugs: `${page}/issues`,
      repository: { type: 'git', url: `git+${page}.git`, directory },
    }
    await writeFile(file, `${JSON.stringify(manifest, undefined, 2)}\n`)
  }
}
