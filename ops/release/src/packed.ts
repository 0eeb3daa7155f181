/**
 * Checks packed packages, the very files that a publish uploads: what a package must say and carry, and what must not be in it.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

const FIELDS = ['name', 'version', 'description', 'license', 'type', 'engines', 'files', 'exports'] as const
const SOURCE_FIELDS = ['repository', 'homepage', 'bugs'] as const
const FILES = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'] as const
/** Of the workspace: they resolve in no other project. */
const WORKSPACE_ONLY = /^(workspace|catalog|link|file):/

type Manifest = Record<string, unknown>

/** What is wrong with the packages in a folder, a line each; empty when they may be published. Throws where there are none. */
export async function checkPacked(folder: string): Promise<string[]> {
  const tarballs = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tgz')).toSorted()
  if (tarballs.length === 0) throw new Error(`There is no packed package below ${folder}. Pack first.`)
  const faults = await Promise.all(tarballs.map((name) => checkTarball(join(folder, name))))
  return faults.flat()
}

async function checkTarball(file: string): Promise<string[]> {
  const listed = (await execa('tar', ['-tzf', file])).stdout.split('\n')
  const files = listed.filter((name) => !name.endsWith('/')).map((name) => name.replace(/^package\//, ''))
  const manifest: Manifest = JSON.parse((await execa('tar', ['-xzOf', file, 'package/package.json'])).stdout)
  const faults = [...checkFiles(files, manifest), ...checkManifest(manifest)]
  return faults.map((fault) => `${manifest.name}: ${fault}`)
}

function checkFiles(files: readonly string[], manifest: Manifest): string[] {
  const led = [manifest.exports, manifest.bin].flatMap(filesIn).map((name) => name.replace(/^\.\//, ''))
  const missing = [...FILES, ...led].filter((name) => !files.includes(name))
  const unwanted = files
    .toSorted()
    .filter((name) => /(^|\/)(test|src|node_modules)\/|\.test\.|\.tsbuildinfo$|(^|\/)\.env/.test(name))
  return [
    ...missing.map((name) => `${name} is not in the package`),
    ...unwanted.map((name) => `${name} must not be in the package; see "files"`),
  ]
}

function checkManifest(manifest: Manifest): string[] {
  const empty = [...FIELDS, ...SOURCE_FIELDS].filter((field) => !manifest[field])
  const named = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'].flatMap((field) =>
    Object.entries((manifest[field] ?? {}) as Record<string, string>),
  )
  const unresolved = named.filter(([, version]) => WORKSPACE_ONLY.test(version))
  return [
    ...empty.map((field) => `"${field}" is missing in package.json`),
    ...unresolved.map(
      ([name, version]) => `${name} is "${version}" in package.json, which only this repository resolves`,
    ),
    ...(manifest.private ? ['it is private'] : []),
  ]
}

/** Every file that an entry of the manifest leads to, whatever conditions are before it. */
function filesIn(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry]
  return typeof entry === 'object' && entry !== null ? Object.values(entry).flatMap(filesIn) : []
}

/** The version under its heading in a changelog, as the notes of a release. */
export async function notesOf(changelog: string, version: string): Promise<string> {
  const text = await readFile(changelog, 'utf8')
  const [, after] = text.split(`\n## ${version}\n`)
  if (after === undefined) throw new Error(`${changelog} has no section "## ${version}".`)
  return (after.split('\n## ')[0] ?? '').trim()
}
