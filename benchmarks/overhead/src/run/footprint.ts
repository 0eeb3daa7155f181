/** What a variant costs before the first request: time to load it, and what an install brings. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { estimate } from '../report/estimate.ts'
import type { Footprint } from '../report/results.ts'
import { bare, observe, peers, type Variant } from '../variants.ts'
import { PEERS } from './build.ts'
import { pinning } from './child.ts'
import { SERVER_CORE } from './lab.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const IMPORTS = 7

export function measureFootprints(names: string[]): Footprint[] {
  return [observe, ...peers].filter(({ name }) => names.includes(name)).map(footprintOf)
}

function footprintOf(variant: Variant): Footprint {
  const rounds = Array.from(
    { length: IMPORTS },
    () => loadingMs(argsOf(variant), variant) - loadingMs(['-e', '0'], bare),
  )
  const packages = installed(variant)
  return { variant: variant.name, importMs: estimate(rounds).median, ...packages }
}

/** A program that loads the variant and does nothing else. */
function argsOf(variant: Variant): string[] {
  if (variant === observe) return ['--input-type=module', '-e', "import '@lab/observe'"]
  const preload = variant.preload(PEERS)
  if (preload.length > 0) return [...preload, '-e', 'process.exit()']
  const require = `require('node:module').createRequire(${JSON.stringify(`${PEERS}/package.json`)})`
  return ['-e', variant.packages.map((name) => `${require}('${name}')`).join(';')]
}

function loadingMs(args: string[], variant: Variant): number {
  const env = { PATH: process.env.PATH, BENCH_PEERS: PEERS, ...variant.env(NO_ENDPOINTS) }
  const [file, all] = pinning
    ? ['taskset', ['-c', String(SERVER_CORE), process.execPath, ...args]]
    : [process.execPath, args]
  const begun = performance.now()
  execFileSync(file, all, { cwd: root, env, stdio: 'ignore' })
  return performance.now() - begun
}

/** No process listens there; a program that only loads a variant has nothing to send. */
const NO_ENDPOINTS = { receiver: 'http://127.0.0.1:9', metricsPort: 0 }

function installed(variant: Variant): { packages: number; bytes: number } {
  const folders = new Set<string>()
  if (variant === observe) gather(join(root, 'node_modules/@lab/observe'), folders)
  else for (const name of variant.packages) gather(join(PEERS, 'node_modules', name), folders)
  let bytes = 0
  for (const folder of folders) bytes += sizeOf(folder)
  return { packages: folders.size, bytes }
}

interface Manifest {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** The package and all that it depends on, found as Node.js finds them. */
function gather(link: string, folders: Set<string>): void {
  const folder = realpathSync(link)
  if (folders.has(folder)) return
  folders.add(folder)
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const found = find(name, folder)
    if (found !== undefined) gather(found, folders)
  }
}

function find(name: string, from: string): string | undefined {
  const candidate = join(from, 'node_modules', name)
  if (existsSync(join(candidate, 'package.json'))) return candidate
  return dirname(from) === from ? undefined : find(name, dirname(from))
}

/** Bytes of a package's own files; of the library's own folder only what is published. */
function sizeOf(folder: string): number {
  const isSource = existsSync(join(folder, 'tsup.config.ts'))
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || (isSource && !/^(dist|README\.md|package\.json)$/.test(entry.name))) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += sizeOf(path)
    else if (entry.isFile()) bytes += statSync(path).size
  }
  return bytes
}
