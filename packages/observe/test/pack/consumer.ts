/**
 * A project outside the workspace that has the packed library installed from its tarball, as any stranger would have it.
 */

import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const library = fileURLToPath(new URL('../..', import.meta.url))

export interface Consumer {
  folder: string
  tarball: string
  /** What installing the library brought. */
  footprint: { packages: number; bytes: number }
  remove(): void
}

/** What a command printed. */
export interface Output {
  stdout: string
  stderr: string
}

/** Packs the built library and installs it, with Node's types, which every TypeScript project has. */
export async function createConsumer(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'observe-consumer-'))
  await run('pnpm', ['pack', '--pack-destination', folder], { cwd: library })
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball')
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  cpSync(new URL('programs', import.meta.url), folder, { recursive: true })
  await install(folder, tarball)
  const footprint = measure(join(folder, 'node_modules/.pnpm'))
  await install(folder, '@types/node@22')
  return { folder, tarball, footprint, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** pnpm has the packages already, from installing the workspace, and lets a package see nothing that it did not ask for. */
async function install(folder: string, name: string): Promise<void> {
  await run('pnpm', ['add', '--ignore-workspace', '--prefer-offline', name], { cwd: folder })
}

/** Gives the consumer packages that the workspace has already, such as frameworks, without waiting for npm. */
export function link({ folder }: Consumer, ...packages: string[]): void {
  for (const name of packages) {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(join(library, 'node_modules', name), path)
  }
}

/** Runs Node.js, the one that the tests run on, in the consumer's folder. */
export function node({ folder }: Consumer, env: Record<string, string>, ...options: string[]): Promise<Output> {
  const all = { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env }
  return run(process.execPath, options, { cwd: folder, env: all })
}

/** Runs a tool of the workspace in the consumer's folder and says what it complains about, which is nothing if all is well. */
export function complaints({ folder }: Consumer, name: string, ...options: string[]): Promise<string> {
  return run(join(library, 'node_modules/.bin', name), options, { cwd: folder }).then(
    () => '',
    ({ stdout, stderr }: Output) => `${stdout}${stderr}`,
  )
}

/** Adds up pnpm's store of a project, where each package has a folder and links to those that it depends on. */
function measure(store: string): Consumer['footprint'] {
  const folders = readdirSync(store, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = new Set(files.map((file) => realpathSync(join(file.parentPath, file.name))))
  const bytes = [...paths].reduce((sum, path) => sum + statSync(path).size, 0)
  return { packages: folders.filter(({ name }) => name !== 'node_modules').length, bytes }
}
