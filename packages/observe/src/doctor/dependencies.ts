/**
 * The packages that a project really gets: from its package.json by Node's own resolution, so that the layouts of npm,
 * pnpm and yarn are all the same. Under Yarn Plug'n'Play, which has no node_modules, the lockfile has the versions.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Package {
  name: string
  version: string
  /** Real path, with symbolic links resolved. */
  folder: string
  /** Names of the packages that depend on it. */
  requiredBy: string[]
}

export interface Manifest {
  name?: string
  version?: string
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** Every package that `cwd` reaches; its development dependencies do not run in production and do not count. */
export function packagesOf(cwd: string): Package[] {
  const plain = lockedByPlugAndPlay(cwd)
  if (plain !== undefined) return plain
  const found = new Map<string, Package>()
  const root = manifestIn(cwd)
  const waiting = namesToFollow(root ?? {}).map((name) => ({
    name,
    from: cwd,
    requiredBy: root?.name ?? 'this folder',
  }))
  // A package without a manifest, or with an undeclared dependency, resolves to what is in node_modules.
  const loose = root === undefined ? looseIn(join(cwd, 'node_modules')) : ['@lab/observe', '@opentelemetry/api']
  waiting.push(...loose.map((name) => ({ name, from: cwd, requiredBy: root?.name ?? 'this folder' })))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = resolve(next.name, next.from)
    if (folder === undefined) continue
    const known = found.get(folder)
    if (known !== undefined) {
      if (!known.requiredBy.includes(next.requiredBy)) known.requiredBy.push(next.requiredBy)
      continue
    }
    const manifest = manifestIn(folder)
    if (manifest === undefined) continue
    found.set(folder, { name: next.name, version: manifest.version ?? '?', folder, requiredBy: [next.requiredBy] })
    for (const name of namesToFollow(manifest)) waiting.push({ name, from: folder, requiredBy: next.name })
  }
  return [...found.values()]
}

export function manifestIn(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** The nearest folder, `from` or above, that has `name` in its node_modules. */
export function resolve(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}

function namesToFollow(manifest: Manifest): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifest
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
}

function looseIn(modules: string): string[] {
  const entries = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []
  return entries(modules).flatMap((name) =>
    name.startsWith('@') ? entries(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  )
}

function lockedByPlugAndPlay(cwd: string): Package[] | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.pnp.cjs')) && existsSync(join(folder, 'yarn.lock'))) {
      const lock = readFileSync(join(folder, 'yarn.lock'), 'utf8')
      return Array.from(
        lock.matchAll(/^ {2}resolution: "(@?[^@"]+)@npm:([^"]+)"$/gm),
        ([, name = '', version = '']) => ({
          name,
          version,
          folder: `${join(folder, 'yarn.lock')}: ${name}@${version}`,
          requiredBy: [],
        }),
      )
    }
    if (folder === dirname(folder)) return undefined
  }
}
