/**
 * Builds what the services run from, and only when it has to: each package's sources are hashed, and the hash of the
 * last successful build is kept in `.demo/build.json`. Content counts, not time, so that switching branches back and
 * forth costs nothing.
 */

import { createHash } from 'node:crypto'
import { access, glob, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ExecaError, execa } from 'execa'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Failure } from '../terminal/failure.ts'
import type { Build } from './description.ts'

/** The packages that services of the shop run from. */
const folders = ['packages/observe', 'packages/console', 'demo/*']
/** Goes into every package's build. */
const common = ['pnpm-lock.yaml', 'tsconfig.base.json']
const notSources = new Set(['node_modules', 'dist', 'coverage', 'test'])
const shownLines = 30

const hashesSchema = z.record(z.string(), z.string())
const manifestSchema = z.object({ name: z.string(), scripts: z.record(z.string(), z.string()).default({}) })

interface Package {
  readonly name: string
  readonly folder: string
  readonly hash: string
}

export function createBuild(root: string, home: string): Build {
  const path = join(home, 'build.json')
  const packages = () => findPackages(root)

  return {
    async outdated() {
      const built = await readHashes(path)
      const entries = await Promise.all(
        (await packages()).map(async ({ name, folder, hash }) => {
          const isBuilt = built[name] === hash && (await exists(join(folder, 'dist')))
          return isBuilt ? [] : [name]
        }),
      )
      return entries.flat()
    },

    async run(names, signal) {
      const hashes = Object.fromEntries((await packages()).map(({ name, hash }) => [name, hash]))
      await build(root, names, signal)
      await mkdir(dirname(path), { recursive: true })
      const built = Object.fromEntries(names.map((name) => [name, hashes[name] ?? '']))
      await writeFileAtomic(path, `${JSON.stringify({ ...(await readHashes(path)), ...built }, null, 2)}\n`)
    },

    async stamp() {
      return hashOf((await packages()).map(({ hash }) => hash))
    },
  }
}

async function build(root: string, names: readonly string[], signal: AbortSignal): Promise<void> {
  const filters = names.map((name) => `--filter=${name}`)
  try {
    await execa('pnpm', [...filters, 'run', 'build'], {
      cwd: root,
      all: true,
      stdin: 'ignore',
      preferLocal: true,
      localDir: root,
      cancelSignal: signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof ExecaError)) throw error
    const lines = (error.all || error.shortMessage).trimEnd().split('\n').slice(-shownLines)
    throw new Failure(`The build failed. Its last words:\n\n${lines.map((line) => `    ${line}`).join('\n')}`, {
      cause: error,
    })
  }
}

/** The packages that have something to build, each with the hash of its sources. */
async function findPackages(root: string): Promise<Package[]> {
  const manifests = await Array.fromAsync(
    glob(
      folders.map((folder) => `${folder}/package.json`),
      { cwd: root },
    ),
  )
  const shared = await Promise.all(common.map((name) => readFile(join(root, name)).catch(() => '')))
  const packages = manifests.toSorted().map(async (manifest) => {
    const { name, scripts } = manifestSchema.parse(JSON.parse(await readFile(join(root, manifest), 'utf8')))
    const folder = join(root, manifest, '..')
    return scripts.build ? [{ name, folder, hash: hashOf([...shared, ...(await sourcesOf(folder))]) }] : []
  })
  return (await Promise.all(packages)).flat()
}

/** Names and contents of the files that a build of the package may read. */
async function sourcesOf(folder: string): Promise<(string | Buffer)[]> {
  const entries = glob('**/*', { cwd: folder, exclude: (name) => notSources.has(name) })
  const names = (await Array.fromAsync(entries)).filter((name) => !name.endsWith('.test.ts')).toSorted()
  const contents = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return (await stat(path)).isFile() ? [name, await readFile(path)] : []
    }),
  )
  return contents.flat()
}

function hashOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

async function readHashes(path: string): Promise<Record<string, string>> {
  try {
    return hashesSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return {}
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
