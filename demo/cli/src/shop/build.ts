/**
 * Builds what the services run from, and only when it has to: `.demo/build.json` keeps the hash of each package's sources
 * and of the `dist` that the last successful build made of them. Content counts, not time, so that switching branches back
 * and forth costs nothing; and a `dist` that a failed build or another program has changed is built again.
 */

import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ExecaError, execa } from 'execa'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Failure } from '../terminal/failure.ts'
import type { Build } from './description.ts'

/** The packages that services of the shop run from. */
const folders = ['packages/observe', 'packages/console', 'demo/*']
/** Goes into every package's build. */
const common = ['pnpm-lock.yaml', 'tsconfig.base.json', 'demo/shop/src/services.ts']
const notSources = new Set(['node_modules', 'dist', 'coverage', 'test'])
const shownLines = 30

/** By name of the package. A file of an older form reads as if nothing was built. */
const buildsSchema = z.record(z.string(), z.object({ sources: z.string(), output: z.string() }))
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
      const builds = await readBuilds(path)
      const entries = await Promise.all(
        (await packages()).map(async ({ name, folder, hash }) => {
          const last = builds[name]
          const isBuilt = last?.sources === hash && last.output === (await outputOf(folder))
          return isBuilt ? [] : [name]
        }),
      )
      return entries.flat()
    },

    async run(names, signal) {
      // Hashed before the build: what is edited meanwhile counts as changed.
      const chosen = (await packages()).filter(({ name }) => names.includes(name))
      await build(root, names, signal)
      await mkdir(dirname(path), { recursive: true })
      const built = await Promise.all(
        chosen.map(async ({ name, folder, hash }) => [name, { sources: hash, output: await outputOf(folder) }]),
      )
      const builds = { ...(await readBuilds(path)), ...Object.fromEntries(built) }
      await writeFileAtomic(path, `${JSON.stringify(builds, null, 2)}\n`)
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
  const names = (await Array.fromAsync(entries)).filter((name) => !name.endsWith('.test.ts'))
  return contentsOf(folder, names)
}

/** The hash of what the package's `dist` holds; that of nothing where there is none. */
async function outputOf(folder: string): Promise<string> {
  const dist = join(folder, 'dist')
  return hashOf(await contentsOf(dist, await Array.fromAsync(glob('**/*', { cwd: dist }))))
}

/** Of each file its name and its content, in the order of the names. */
async function contentsOf(folder: string, names: readonly string[]): Promise<(string | Buffer)[]> {
  const contents = await Promise.all(
    names.toSorted().map(async (name) => {
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

async function readBuilds(path: string): Promise<z.infer<typeof buildsSchema>> {
  try {
    return buildsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return {}
  }
}
