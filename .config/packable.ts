/**
 * Runs before a published package is packed: without its built files the tarball would install and then not work, and the name of
 * a private package in the manifest is one that cannot be installed outside of this repository. It checks and does not build, since several tests pack
 * one package at the same time.
 */

import { existsSync, readFileSync } from 'node:fs'

interface Manifest {
  name: string
  private?: boolean
  exports: unknown
  bin?: unknown
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const { name, exports, bin, ...manifest } = readManifest('package.json')
const missing = filesIn([exports, bin]).filter((file) => file.startsWith('./dist/') && !existsSync(file))
if (missing.length > 0) {
  console.error(
    `${name} is not built: ${missing[0]} is missing. Run \`pnpm --filter ${name} run build\`, then pack it again.`,
  )
  process.exitCode = 1
}
const names = [manifest.dependencies, manifest.peerDependencies, manifest.devDependencies].flatMap(workspaceNames)
const secret = names.find((dependency) => readManifest(`node_modules/${dependency}/package.json`).private)
if (secret !== undefined) {
  console.error(
    `${name} is published and names ${secret}, which is private. Let the root depend on it, as on @lab/test-kit.`,
  )
  process.exitCode = 1
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function workspaceNames(dependencies: Record<string, string> = {}): string[] {
  return Object.entries(dependencies).flatMap(([dependency, version]) =>
    version.startsWith('workspace:') ? [dependency] : [],
  )
}

/** Every file that the manifest leads to, whatever conditions stand before it. */
function filesIn(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry]
  return typeof entry === 'object' && entry !== null ? Object.values(entry).flatMap(filesIn) : []
}
