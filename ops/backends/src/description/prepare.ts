/**
 * `node prepare.ts SETUP`: makes the folders, files and links that a backend reads, before it starts. It is a program of
 * its own so that the program that starts the backend needs to know nothing about it, and a change of them is a change of the
 * command, after which the backend is restarted.
 */

import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Setup {
  readonly folders: readonly string[]
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Target by path: configuration of the repository stays where it is, and a change to it is one reload away. */
  readonly links?: Readonly<Record<string, string>>
}

/** The command that does it. */
export function prepareWith(setup: Setup): [string, ...string[]] {
  return [process.execPath, fileURLToPath(import.meta.url), JSON.stringify(setup)]
}

async function prepare({ folders, files = {}, links = {} }: Setup): Promise<void> {
  for (const folder of folders) await mkdir(folder, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true })
    // A backend that watches the file never sees half of it.
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(path), { recursive: true })
    await rm(path, { force: true })
    await symlink(target, path)
  }
}

if (import.meta.main) {
  try {
    await prepare(JSON.parse(process.argv[2] ?? '{}'))
  } catch (error) {
    console.error(`Cannot write what the backend reads: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
